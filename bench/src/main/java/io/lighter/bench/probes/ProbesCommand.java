package io.lighter.bench.probes;

import io.lighter.bench.machine.Machine;
import io.lighter.bench.machine.PrivateMounts;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.ProbesData;
import io.lighter.bench.report.ProbesReport;
import io.lighter.bench.report.Project;
import io.lighter.bench.start.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** {@code lighter bench probes}. */
public final class ProbesCommand {
  private static final int CONTAINERS = 100;
  private static final int SECONDS = 60;
  private static final int THREADS = 8;
  private static final String PEER = "crun";

  public static final String USAGE =
      """
        probes [--page | SECONDS]
                100 containers, each probed every second by an exec for 60 s: CPU and latency;
                writes perf-reports/probes/
      """;

  private ProbesCommand() {}

  /**
   * Measures and reports, or only reports again.
   *
   * @return 0, or 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, InterruptedException {
    List<String> words = List.of(args);
    Path file = project.reportFolder("probes").resolve("data.json");
    if (words.equals(List.of("--page"))) {
      ProbesReport.write(DataFile.read(file, ProbesData.class), project.root());
      return 0;
    }
    if (words.size() > 1 || (words.size() == 1 && !words.getFirst().matches("[1-9][0-9]{0,3}"))) {
      System.err.println("lighter bench probes: give a number of seconds, 1 to 9999");
      return 125;
    }
    Path folder = PrivateMounts.folder();
    if (folder == null) {
      List<String> again = new ArrayList<>(List.of("probes"));
      again.addAll(words);
      return PrivateMounts.run(again);
    }
    int seconds = words.isEmpty() ? SECONDS : Integer.parseInt(words.getFirst());
    ProbesData data = measure(project, folder, new FixedSchedule(CONTAINERS, seconds, THREADS));
    DataFile.write(data, file);
    ProbesReport.write(data, project.root());
    return 0;
  }

  private static ProbesData measure(Project project, Path folder, FixedSchedule schedule)
      throws IOException, InterruptedException {
    Fingerprint fingerprint = Machine.fingerprint(project.root(), Peer.versions(List.of(PEER)));
    Path sources = project.root().resolve("bench/src/main/c");
    try (Workspace workspace = Workspace.prepare(folder, sources, PrivateMounts.CGROUP_MOUNT)) {
      Probes probes = new Probes(workspace, schedule);
      List<ProbesData.Subject> subjects =
          List.of(probes.ours(), probes.peer(Objects.requireNonNull(Peer.named(PEER))));
      return new ProbesData(fingerprint, schedule.probes(), schedule.seconds(), subjects);
    }
  }
}
