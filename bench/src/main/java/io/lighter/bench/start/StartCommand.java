package io.lighter.bench.start;

import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.Project;
import io.lighter.bench.report.StartData;
import io.lighter.bench.report.StartReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.ParseException;

/** {@code lighter bench start}. */
public final class StartCommand {

  private static final Map<String, Path> PEERS =
      Map.of("crun", Path.of("/usr/bin/crun"), "runc", Path.of("/usr/sbin/runc"));

  private final Project project;
  private final StartOptions options;

  private StartCommand(Project project, StartOptions options) {
    this.project = project;
    this.options = options;
  }

  /**
   * Measures and reports, or only reports again.
   *
   * @return 0, or 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, InterruptedException {
    try {
      StartOptions options = StartOptions.parse(List.of(args));
      return new StartCommand(project, options).run(List.of(args));
    } catch (ParseException e) {
      System.err.println("lighter bench start: " + e.getMessage());
      return 125;
    }
  }

  private int run(List<String> args) throws IOException, InterruptedException {
    Path report = project.reportFolder("start");
    if (options.page()) {
      StartReport.write(DataFile.read(report.resolve("data.json")), project.root());
      return 0;
    }
    Path folder = PrivateMounts.folder();
    if (folder == null) {
      List<String> again = new ArrayList<>(List.of("start"));
      again.addAll(args);
      return PrivateMounts.run(again);
    }
    StartData data = measure(folder, report);
    DataFile.write(data, report.resolve("data.json"));
    StartReport.write(data, project.root());
    return 0;
  }

  private StartData measure(Path folder, Path report) throws IOException, InterruptedException {
    Fingerprint fingerprint = Machine.fingerprint(project.root(), versions());
    Path sources = project.root().resolve("bench/src/main/c");
    try (Workspace workspace = Workspace.prepare(folder, sources, PrivateMounts.CGROUP_MOUNT)) {
      ContainerUnderTest container = ContainerUnderTest.ofThisHost();
      Subjects make = new Subjects(workspace, container, StartOptions.AT_ONCE);
      List<Subject> subjects = new ArrayList<>();
      for (String name : options.subjects()) {
        subjects.add(name.equals("floor") ? make.floor() : peer(make, name));
      }
      Harness harness = new Harness(subjects, options.loads(), System.out);
      harness.run(options.schedule());
      harness.writeHistograms(report.resolve("whole.hlog"));
      FloorBreakdown breakdown = make.breakdown();
      StartData data =
          new StartData(
              fingerprint,
              options.rounds(),
              harness.data(container.hidden()),
              breakdown.steps(options.rounds() * options.one()),
              breakdown.ladder(options.rounds(), options.one()));
      for (Subject subject : subjects) {
        subject.close();
      }
      return data;
    }
  }

  private static Subject peer(Subjects make, String name) throws IOException, InterruptedException {
    return make.peer(name, program(name), Command.lines(version(name)).getFirst());
  }

  private Map<String, List<String>> versions() throws IOException {
    Map<String, List<String>> versions = new LinkedHashMap<>();
    for (String name : options.subjects()) {
      if (PEERS.containsKey(name)) {
        versions.put(name, version(name));
      }
    }
    return versions;
  }

  private static List<String> version(String name) throws IOException {
    return List.of(program(name).toString(), "--version");
  }

  private static Path program(String name) throws IOException {
    Path program = PEERS.get(name);
    if (program == null || !Files.isExecutable(program)) {
      throw new IOException(
          program + " is missing: apt-get install " + name + ", or leave it out with --subjects");
    }
    return program;
  }
}
