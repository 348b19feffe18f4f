package io.lighter.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reports of all measurements but the start. */
class FurtherReportsTest {
  private static final String BEGIN =
      "<!-- bench further: written by `lighter bench exec|memory|density|probes` -->";
  private static final String END = "<!-- bench further: end -->";

  @TempDir Path root;
  private Path readme;

  @BeforeEach
  void prepare() throws IOException {
    readme =
        Files.writeString(root.resolve("README.md"), "a\n" + BEGIN + "\nold\n" + END + "\nz\n");
  }

  private Path folder(String name, Record data) throws IOException {
    Path folder = Files.createDirectories(root.resolve("perf-reports").resolve(name));
    DataFile.write(data, folder.resolve("data.json"));
    return folder;
  }

  private static void assertPlots(Path folder, String... plots) throws IOException {
    for (String plot : plots) {
      assertThat(ImageIO.read(folder.resolve(plot + ".png").toFile()).getWidth()).isEqualTo(900);
    }
  }

  @Test
  void shouldWriteThePageOfExecs() throws IOException {
    Path folder = folder("exec", SampleData.exec());

    ExecReport.write(DataFile.read(folder.resolve("data.json"), ExecData.class), root);

    assertThat(folder.resolve("README.md"))
        .content()
        .contains("| p50 at most 1/5 of crun's | 1/4.67 | **no** |")
        .contains("| p50 at most 2 times the floor | 1.40 times | yes |");
    assertPlots(folder, "one-at-a-time", "at-once");
    assertThat(readme).content().contains("| exec of `true`, p50, ms | 0.99 | 1.39 | 6.49 |  |");
  }

  @Test
  void shouldWriteThePageOfMemory() throws IOException {
    Path folder = folder("memory", SampleData.memory());

    MemoryReport.write(DataFile.read(folder.resolve("data.json"), MemoryData.class), root);

    assertThat(folder.resolve("README.md"))
        .content()
        .contains("| lighter | 120 | 172 | 260 | 260 |")
        .contains("the program itself aside | 52 KB | yes |")
        .contains("| slab | 0 | 42 |");
    assertPlots(folder, "smallest-limit");
    assertThat(readme).content().contains("that runs `true`, KB | 68 | 120 |  |  |");
  }

  @Test
  void shouldWriteThePageOfDensity() throws IOException {
    Path folder = folder("density", SampleData.density());

    DensityReport.write(DataFile.read(folder.resolve("data.json"), DensityData.class), root);

    assertThat(folder.resolve("README.md"))
        .content()
        .contains("| at most 40 KB of our own memory a container | 10 KB | yes |")
        .contains("| descriptors | 19 | 119 | 1.00 |")
        .contains("| of the machine | 1 048 576 | 1 069 056 | 204.80 |");
    assertPlots(folder, "list");
    assertThat(readme).content().contains("| list of them, p50, ms |  | 1.49 | 9.49 |  |");
  }

  @Test
  void shouldWriteThePageOfProbes() throws IOException {
    Path folder = folder("probes", SampleData.probes());

    ProbesReport.write(DataFile.read(folder.resolve("data.json"), ProbesData.class), root);

    assertThat(folder.resolve("README.md")).content().contains("| lighter | 12.5 | 20.0 | 1.49 |");
    assertPlots(folder, "latency");
    assertThat(readme).content().contains("CPU, % of a core |  | 12.5 | 75.0 |  |");
  }

  @Test
  void shouldWriteThePageOfLogs() throws IOException {
    Path folder = folder("logs", SampleData.logs());

    LogsReport.write(DataFile.read(folder.resolve("data.json"), LogsData.class), root);

    assertThat(folder.resolve("README.md"))
        .content()
        .contains(
            "at least 10.0 times dockerd json-file, 100 B, 64 KiB writes | 8.00 times | **no**")
        .contains("at least 1.50 times conmon, 100 B, 64 KiB writes | 1.50 times | yes |")
        .contains("| native: 1 GB/CPU-s or more, 100 B, 64 KiB writes | 1.00 GB | yes |")
        .contains("| no line of ours lost in all turns | 4 lost | **no** |")
        .contains("| lighter cri | 40.0 | 41.0 | 1.00 |")
        .contains("0.50 us of processor time for each line and follower");
    assertPlots(folder, "lines", "stalls");
  }

  @Test
  void shouldKeepTheRowsOfTheOthers() throws IOException {
    folder("exec", SampleData.exec());
    folder("memory", SampleData.memory());
    folder("probes", SampleData.probes());

    ProbesReport.write(SampleData.probes(), root);

    assertThat(readme)
        .content()
        .startsWith("a\n" + BEGIN + "\n|")
        .endsWith("|\n" + END + "\nz\n")
        .contains("exec of `true`", "smallest `--memory`", "probed every second")
        .doesNotContain("old");
  }
}
