package io.lighter.bench.start;

import io.lighter.bench.machine.Machine;
import io.lighter.bench.machine.PrivateMounts;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.Project;
import io.lighter.bench.report.StartData;
import io.lighter.bench.report.StartReport;
import io.lighter.bench.turns.Harness;
import io.lighter.bench.turns.Load;
import io.lighter.bench.turns.TurnOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.ParseException;

/** {@code lighter bench start}. */
public final class StartCommand {

  private static final List<String> KNOWN =
      List.of(StartData.FLOOR, StartData.OURS, StartData.POOLED, "crun", "crun-unfiltered", "runc");

  public static final String USAGE =
      """
        start [--quick] [--rounds N] [--subjects A,B,...] [--page]
                starts the same container by the floor, by us and by the peers, in turn; writes
                perf-reports/start/. --quick: 3 short rounds; --page: only makes the page again
      """;

  private final Project project;
  private final TurnOptions options;

  private StartCommand(Project project, TurnOptions options) {
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
      TurnOptions options = TurnOptions.parse(List.of(args), KNOWN);
      return new StartCommand(project, options).run(List.of(args));
    } catch (ParseException e) {
      System.err.println("lighter bench start: " + e.getMessage());
      return 125;
    }
  }

  private int run(List<String> args) throws IOException, InterruptedException {
    Path report = project.reportFolder("start");
    if (options.page()) {
      StartReport.write(
          DataFile.read(report.resolve("data.json"), StartData.class), project.root());
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
    Fingerprint fingerprint =
        Machine.fingerprint(project.root(), Peer.versions(options.subjects()));
    Path sources = project.root().resolve("bench/src/main/c");
    try (Workspace workspace = Workspace.prepare(folder, sources, PrivateMounts.CGROUP_MOUNT)) {
      ContainerUnderTest container = ContainerUnderTest.ofThisHost();
      Subjects make = new Subjects(workspace, container, TurnOptions.AT_ONCE);
      List<ContainerSubject> subjects = subjects(workspace, make, container);
      List<List<String>> differences = differences(subjects, container);
      Harness harness = new Harness(List.copyOf(subjects), loads(), System.out);
      harness.run(options.schedule());
      harness.writeHistograms(report.resolve("whole.hlog"), "whole starts, due to cleaned up");
      FloorBreakdown breakdown = make.breakdown();
      StartData data =
          new StartData(
              fingerprint,
              options.rounds(),
              harness.data(differences),
              breakdown.steps(options.rounds() * options.one()),
              breakdown.ladder(options.rounds(), options.one()));
      for (ContainerSubject subject : subjects) {
        subject.close();
      }
      return data;
    }
  }

  private List<Load> loads() {
    List<Load> loads = new ArrayList<>(options.loads());
    int stamped = Math.max(10, options.one() / 4);
    loads.add(new Load(StartData.FIRST_INSTRUCTION, 1, stamped, 5, true));
    return loads;
  }

  /** Lets every subject start its container once, and compares what is seen in them. */
  private static List<List<String>> differences(
      List<ContainerSubject> subjects, ContainerUnderTest container)
      throws IOException, InterruptedException {
    List<List<String>> differences = new ArrayList<>();
    ContainerView reference = null;
    for (ContainerSubject subject : subjects) {
      ContainerView view = ContainerView.parse(subject.view(), container.hidden());
      reference = reference == null ? view : reference;
      differences.add(reference.differencesOf(view));
    }
    return differences;
  }

  private List<ContainerSubject> subjects(
      Workspace workspace, Subjects make, ContainerUnderTest container)
      throws IOException, InterruptedException {
    List<ContainerSubject> subjects = new ArrayList<>();
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

  private ContainerSubject ours(String name, Workspace workspace, ContainerUnderTest container)
      throws IOException, InterruptedException {
    boolean pooled = name.equals(StartData.POOLED);
    LighterSubject subject =
        new LighterSubject(
            name,
            pooled ? LighterSubject.POOLED : LighterSubject.PLAIN,
            workspace,
            container,
            pooled ? TurnOptions.AT_ONCE : 0,
            TurnOptions.AT_ONCE);
    subject.warmUp(options.warmUp());
    return subject;
  }
}
