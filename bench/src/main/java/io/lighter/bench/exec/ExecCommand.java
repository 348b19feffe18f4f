package io.lighter.bench.exec;

import io.lighter.bench.machine.Machine;
import io.lighter.bench.machine.PrivateMounts;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.ExecData;
import io.lighter.bench.report.ExecReport;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.Project;
import io.lighter.bench.report.StartData;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.start.Peer;
import io.lighter.bench.turns.Harness;
import io.lighter.bench.turns.Subject;
import io.lighter.bench.turns.TurnOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.cli.ParseException;

/** {@code lighter bench exec}. */
public final class ExecCommand {
  private static final List<String> KNOWN =
      List.of(StartData.FLOOR, StartData.OURS, "crun", "runc");

  public static final String USAGE =
      """
        exec [--quick] [--rounds N] [--subjects A,B,...] [--page]
                the same for a further process in a container that idles; writes
                perf-reports/exec/
      """;

  private ExecCommand() {}

  /**
   * Measures and reports, or only reports again.
   *
   * @return 0, or 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, InterruptedException {
    TurnOptions options;
    try {
      options = TurnOptions.parse(List.of(args), KNOWN);
    } catch (ParseException e) {
      System.err.println("lighter bench exec: " + e.getMessage());
      return 125;
    }
    Path report = project.reportFolder("exec");
    if (options.page()) {
      ExecReport.write(DataFile.read(report.resolve("data.json"), ExecData.class), project.root());
      return 0;
    }
    Path folder = PrivateMounts.folder();
    if (folder == null) {
      List<String> again = new ArrayList<>(List.of("exec"));
      again.addAll(List.of(args));
      return PrivateMounts.run(again);
    }
    ExecData data = measure(project, options, folder, report);
    DataFile.write(data, report.resolve("data.json"));
    ExecReport.write(data, project.root());
    return 0;
  }

  private static ExecData measure(Project project, TurnOptions options, Path folder, Path report)
      throws IOException, InterruptedException {
    Fingerprint fingerprint =
        Machine.fingerprint(project.root(), Peer.versions(options.subjects()));
    Path sources = project.root().resolve("bench/src/main/c");
    try (Workspace workspace = Workspace.prepare(folder, sources, PrivateMounts.CGROUP_MOUNT);
        ExecSubjects make = new ExecSubjects(workspace, ContainerUnderTest.ofThisHost())) {
      List<Subject> subjects = new ArrayList<>();
      for (String name : options.subjects()) {
        subjects.add(make.named(name, TurnOptions.AT_ONCE, options.warmUp()));
      }
      Harness harness = new Harness(subjects, options.loads(), System.out);
      harness.run(options.schedule());
      harness.writeHistograms(report.resolve("whole.hlog"), "execs, due to reaped and forgotten");
      return new ExecData(
          fingerprint,
          options.rounds(),
          harness.data(Collections.nCopies(subjects.size(), List.of())));
    }
  }
}
