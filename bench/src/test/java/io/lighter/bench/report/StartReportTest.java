package io.lighter.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartReportTest {

  @TempDir Path root;

  @Test
  void shouldWritePageAndPlots() throws IOException {
    StartReport.write(SampleData.sample(), root);

    Path folder = root.resolve("perf-reports/start");
    assertThat(folder.resolve("README.md")).content().contains("# What a container start costs");
    for (String plot : new String[] {"one-at-a-time", "at-once", "throughput", "floor"}) {
      assertThat(ImageIO.read(folder.resolve(plot + ".png").toFile()).getWidth()).isEqualTo(900);
    }
  }

  @Test
  void shouldTakePeoplesNotesIntoThePage() throws IOException {
    Path folder = Files.createDirectories(root.resolve("perf-reports/start"));
    Files.writeString(folder.resolve("notes.md"), "The tide.");

    StartReport.write(SampleData.sample(), root);

    assertThat(folder.resolve("README.md")).content().contains("## What limits it\n\nThe tide.\n");
  }

  @Test
  void shouldRenewTheTableOfTheReadmeAndNothingElse() throws IOException {
    Path readme = root.resolve("README.md");
    Files.writeString(
        readme, "before\n" + HeadlineTable.BEGIN + "\nold\n" + HeadlineTable.END + "\nafter\n");

    StartReport.write(SampleData.sample(), root);
    String once = Files.readString(readme);
    StartReport.write(SampleData.sample(), root);

    assertThat(once)
        .startsWith("before\n" + HeadlineTable.BEGIN + "\n| start")
        .endsWith("|\n" + HeadlineTable.END + "\nafter\n")
        .contains("| crun | 6.49 |")
        .doesNotContain("old");
    assertThat(readme).hasContent(once);
  }

  @Test
  void shouldLeaveAReadmeWithoutMarkersAlone() throws IOException {
    Path readme = root.resolve("README.md");
    Files.writeString(readme, "text");

    StartReport.write(SampleData.sample(), root);

    assertThat(readme).hasContent("text");
  }

  @Test
  void shouldReadBackWhatItWrote() throws IOException {
    Path file = root.resolve("data.json");

    DataFile.write(SampleData.sample(), file);

    assertThat(DataFile.read(file, StartData.class)).isEqualTo(SampleData.sample());
  }
}
