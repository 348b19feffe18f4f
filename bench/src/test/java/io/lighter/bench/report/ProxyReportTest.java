package io.lighter.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Sample;
import io.lighter.bench.report.ProxyData.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyReportTest {
  private static final String BEGIN = "<!-- bench proxy: written by `lighter bench proxy` -->";
  private static final String END = "<!-- bench proxy: end -->";

  @TempDir Path root;

  @Test
  void shouldWriteThePageThePlotsAndTheTable() throws IOException {
    Path readme = Files.writeString(root.resolve("README.md"), BEGIN + "\nold\n" + END + "\n");
    Path folder = Files.createDirectories(root.resolve("perf-reports/proxy"));
    DataFile.write(SampleProxyData.data(0.01), folder.resolve("data.json"));

    ProxyReport.write(DataFile.read(folder.resolve("data.json"), ProxyData.class), root);

    assertThat(folder.resolve("README.md"))
        .content()
        .contains(
            "tier two, bulk, 1 connection: within 2 % of a direct connection | 0.990 times | yes")
        .contains("median of a round trip: within 2 % of a direct connection | 1.010 times | yes")
        .contains("16 connections: 1.25 times HAProxy's rate | 1.500 times | yes")
        .contains("each second of the balancer's processor time | 1.875 times | yes")
        .contains("no more processor time for a GiB than HAProxy's splice | 0.533 times | yes")
        .contains("of user memory for an idle connection | 192 B | yes")
        .contains(
            "| 64-byte round trips, 16 connections, thousands/s | 100.0 | 99.0 | 60.0 | 40.0 |")
        .contains("| bulk, 1 connection, Gbit/s | 80.0 | 79.2 | 48.0 | 32.0 |")
        .contains("errors seen by clients |  | 12 | 12 | 12 |")
        .contains("rate back after, ms |  | 70 | 70 | not within a second |")
        .contains("the fixed rate is 30 000 a second")
        .contains("![p99 by load](p99-by-load-loopback.png)")
        .doesNotContain("these figures are rough");
    for (String plot : List.of("turns", "connects", "bulk", "p99-by-load", "tail-at-80")) {
      assertThat(ImageIO.read(folder.resolve(plot + "-namespaces.png").toFile()).getWidth())
          .isEqualTo(900);
    }
    assertThat(readme)
        .content()
        .contains("(perf-reports/proxy/README.md)):\nthree namespaces.\n`direct` has no balancer")
        .contains("| 64-byte round trips, 1 connection, thousands/s | 50.0 |")
        .doesNotContain("old");
  }

  @Test
  void shouldTellOfCellsThatWereNeverQuiet() {
    assertThat(ProxyReport.page(SampleProxyData.data(0.2)))
        .contains("**In 45 cells others had more than 5 % of the machine in every round");
  }

  @Test
  void shouldCountQuietSamplesAndElseTheQuietest() {
    Sample quiet = SampleProxyData.sample(10, 0, 0.05);
    Sample noisy = SampleProxyData.sample(30, 0, 0.06);
    Sample loud = SampleProxyData.sample(90, 0, 0.5);

    assertThat(subject(List.of(loud, quiet, noisy)).counted(Cell.BULK_1)).containsExactly(quiet);
    assertThat(subject(List.of(loud, noisy)).counted(Cell.BULK_1)).containsExactly(noisy);
    assertThat(subject(List.of()).counted(Cell.BULK_1)).isEmpty();
    assertThat(subject(List.of()).middle(Cell.BULK_1, Sample::count)).isNull();
  }

  private static Subject subject(List<Sample> samples) {
    return new Subject(
        "a", "b", Map.of(Cell.BULK_1, samples), List.of(), List.of(), List.of(), List.of());
  }

  @Test
  void shouldCompareRoundByRound() {
    Sample loud = SampleProxyData.sample(900, 0, 0.5);
    Subject ours =
        subject(
            List.of(
                SampleProxyData.sample(10, 0, 0),
                SampleProxyData.sample(300, 0, 0),
                loud,
                SampleProxyData.sample(20, 0, 0)));
    Subject others =
        subject(
            List.of(
                SampleProxyData.sample(5, 0, 0),
                SampleProxyData.sample(100, 0, 0),
                SampleProxyData.sample(1, 0, 0),
                SampleProxyData.sample(20, 0, 0)));

    assertThat(ours.ratio(others, Cell.BULK_1, Sample::count)).isEqualTo(2);
    assertThat(subject(List.of(loud)).ratio(others, Cell.BULK_1, Sample::count))
        .isEqualTo(900 / 12.5);
    assertThat(ours.ratio(subject(List.of()), Cell.BULK_1, Sample::count)).isNull();
    assertThat(subject(List.of()).ratio(ours, Cell.BULK_1, Sample::count)).isNull();
  }

  @Test
  void shouldTakeTheMedian() {
    assertThat(ProxyData.middleOf(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(ProxyData.middleOf(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
    assertThat(ProxyData.middleOf(List.of())).isNull();
  }

  @Test
  void shouldSayHowLongProcessesWereThere() {
    assertThat(ProxyReport.page(SampleProxyData.data(0)))
        .contains("After every 2 rounds all of them are new")
        .doesNotContain("SITTING");
  }

  @Test
  void shouldLeaveOutWhatWasNotMeasured() {
    ProxyData data =
        new ProxyData(
            SampleData.sample().fingerprint(),
            1,
            0,
            1,
            List.of(
                new ProxyData.Site(
                    ProxyData.LOOPBACK,
                    "one",
                    0,
                    0,
                    List.of(subject(List.of(SampleProxyData.sample(10, 0, 0)))))));

    assertThat(ProxyReport.page(data))
        .contains("| bulk, 1 connection, Gbit/s |", "They are there all the time.")
        .doesNotContain("round trips, 1 connection,", "The sweep, times", "CPU of the balancer:");
  }
}
