package io.lighter.bench.start;

import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.Project;
import io.lighter.bench.report.StartData;
import io.lighter.bench.report.StartReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.ParseException;

/** {@code lighter bench start}. */
public final class StartCommand {

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
    Fingerprint fingerprint = Machine.fingerprint(project.root(), options.subjects());
    Path sources = project.root().resolve("bench/src/main/c");
    try (Workspace workspace = Workspace.prepare(folder, sources, PrivateMounts.CGROUP_MOUNT)) {
      ContainerUnderTest container = ContainerUnderTest.ofThisHost();
      Subjects make = new Subjects(workspace, container, StartOptions.AT_ONCE);
      List<Subject> subjects = subjects(workspace, make, container);
      Harness harness = new Harness(subjects, options.loads(), System.out);
      harness.compare(container.hidden());
      harness.run(options.schedule());
      harness.writeHistograms(report.resolve("whole.hlog"));
      FloorBreakdown breakdown = make.breakdown();
      StartData data =
          new StartData(
              fingerprint,
              options.rounds(),
              harness.data(),
              breakdown.steps(options.rounds() * options.one()),
              breakdown.ladder(options.rounds(), options.one()));
      for (Subject subject : subjects) {
        subject.close();
      }
      return data;
    }
  }

  private List<Subject> subjects(Workspace workspace, Subjects make, ContainerUnderTest container)
      throws IOException, InterruptedException {
    List<Subject> subjects = new ArrayList<>();
    for (String name : options.subjects()) {
      Peer peer = Peer.named(name);
      if (peer != null) {
        subjects.add(peer.subject(make, container));
      } else if (name.equals(StartData.FLOOR)) {
        subjects.add(make.floor());
      } else {
        subjects.add(ours(name, workspace, container));
      }
    }
    return subjects;
  }

  private Subject ours(String name, Workspace workspace, ContainerUnderTest container)
      throws IOException, InterruptedException {
    boolean pooled = name.equals(StartData.POOLED);
    LighterSubject subject =
        new LighterSubject(
            name,
            pooled ? LighterSubject.POOLED : LighterSubject.PLAIN,
            workspace,
            container,
            pooled ? StartOptions.AT_ONCE : 0,
            StartOptions.AT_ONCE);
    subject.warmUp(options.warmUp());
    return subject;
  }
}
