package io.lighter.bench.density;

import io.lighter.bench.machine.Machine;
import io.lighter.bench.machine.PrivateMounts;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.DensityData;
import io.lighter.bench.report.DensityReport;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.Project;
import io.lighter.bench.start.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code lighter bench density}. */
public final class DensityCommand {
  private static final int CONTAINERS = 1000;
  private static final List<String> PEERS = List.of("crun-unfiltered", "runc");

  /**
   * As a daemon has it: the collector of a small heap, which keeps no room that it does not use.
   */
  private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx64m");

  public static final String USAGE =
      """
        density [--page | CONTAINERS]
                our own memory with 1000 idle containers, and state, list and delete among them;
                writes perf-reports/density/
      """;

  private DensityCommand() {}

  /**
   * Measures and reports, or only reports again.
   *
   * @return 0, or 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, InterruptedException {
    List<String> words = List.of(args);
    Path file = project.reportFolder("density").resolve("data.json");
    if (words.equals(List.of("--page"))) {
      DensityReport.write(DataFile.read(file, DensityData.class), project.root());
      return 0;
    }
    if (words.size() > 1 || (words.size() == 1 && !words.getFirst().matches("[1-9][0-9]{0,3}"))) {
      System.err.println("lighter bench density: give a number of containers, 1 to 9999");
      return 125;
    }
    Path folder = PrivateMounts.folder();
    if (folder == null) {
      List<String> again = new ArrayList<>(List.of("density"));
      again.addAll(words);
      return PrivateMounts.run(again, FLAGS);
    }
    int containers = words.isEmpty() ? CONTAINERS : Integer.parseInt(words.getFirst());
    DensityData data = measure(project, folder, containers);
    DataFile.write(data, file);
    DensityReport.write(data, project.root());
    return 0;
  }

  private static DensityData measure(Project project, Path folder, int containers)
      throws IOException, InterruptedException {
    Fingerprint fingerprint = Machine.fingerprint(project.root(), Peer.versions(PEERS));
    Path sources = project.root().resolve("bench/src/main/c");
    try (Workspace workspace = Workspace.prepare(folder, sources, PrivateMounts.CGROUP_MOUNT)) {
      return new Density(workspace, project.root().resolve("lighter"), containers, System.out)
          .measure(fingerprint, PEERS);
    }
  }
}
