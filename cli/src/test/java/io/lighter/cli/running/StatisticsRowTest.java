package io.lighter.cli.running;

import static io.lighter.cgroups.CgroupStatistics.ABSENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.manifest.ContainerConfig;
import io.lighter.runtime.logs.LogStatistics;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The lines of {@code lighter stats}, in the forms of {@code docker stats}. */
class StatisticsRowTest {
  private static final RunningContainer CONTAINER =
      new RunningContainer(
          new ContainerIdentity("0123456789abcdef0123456789abcdef", "web"),
          42,
          null,
          null,
          null,
          ContainerConfig.EMPTY,
          Instant.EPOCH,
          Instant.EPOCH,
          null);

  private static final ContainerFigures NOTHING =
      new ContainerFigures(
          0, ABSENT, ABSENT, ABSENT, NetworkBytes.NONE, ABSENT, ABSENT, ABSENT, null);

  private static ContainerFigures at(long nanos, long cpuMicros) {
    return new ContainerFigures(
        nanos,
        cpuMicros,
        12_345_678,
        64 << 20,
        new NetworkBytes(1_500, 12),
        4_268_893,
        0,
        7,
        new LogStatistics(1_000_000, 10, 120, 9_840, 1));
  }

  @Test
  void shouldWriteFiguresAsDockerDoes() {
    Map<String, Object> row =
        StatisticsRow.of("web", CONTAINER, at(0, 1000), at(500_000_000, 626_000), false);
    assertThat(row)
        .containsExactly(
            Map.entry("BlockIO", "4.27MB / 0B"),
            Map.entry("CPUPerc", "125.00%"),
            Map.entry("Container", "web"),
            Map.entry("ID", "0123456789ab"),
            Map.entry("LogDrops", "120 / 9.84kB"),
            Map.entry("MemPerc", "18.40%"),
            Map.entry("MemUsage", "11.77MiB / 64MiB"),
            Map.entry("Name", "web"),
            Map.entry("NetIO", "1.5kB / 12B"),
            Map.entry("PIDs", "7"));
    assertThat(StatisticsRow.titles().keySet()).containsExactlyElementsOf(row.keySet());
  }

  @Test
  void shouldSayWhatIsNotKnown() {
    Map<String, Object> row = StatisticsRow.of("0123", CONTAINER, NOTHING, NOTHING, true);
    assertThat(row)
        .containsEntry("BlockIO", "-- / --")
        .containsEntry("CPUPerc", "--")
        .containsEntry("ID", CONTAINER.id())
        .containsEntry("LogDrops", "--")
        .containsEntry("MemPerc", "--")
        .containsEntry("MemUsage", "-- / --")
        .containsEntry("NetIO", "0B / 0B")
        .containsEntry("PIDs", "--");
  }
}
