package io.lighter.cli.running;

import static io.lighter.cgroups.CgroupStatistics.ABSENT;

import io.lighter.images.docker.HumanUnits;
import io.lighter.runtime.logs.LogStatistics;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code lighter stats}: the fields and forms of {@code docker stats}, and {@code
 * LogDrops}, which Docker has nothing like.
 */
public final class StatisticsRow {
  /** The table that is usual. */
  public static final String TABLE =
      "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}"
          + "\t{{.PIDs}}\t{{.LogDrops}}";

  /** As Docker's client has it for what is not known. */
  private static final String UNKNOWN = "--";

  private static final int MEMORY_DIGITS = 4;

  private StatisticsRow() {}

  /** Returns the headings of all fields. */
  public static Map<String, String> titles() {
    Map<String, String> titles = new LinkedHashMap<>();
    titles.put("BlockIO", "BLOCK I/O");
    titles.put("CPUPerc", "CPU %");
    titles.put("Container", "CONTAINER");
    titles.put("ID", "CONTAINER ID");
    titles.put("LogDrops", "LOG DROPS");
    titles.put("MemPerc", "MEM %");
    titles.put("MemUsage", "MEM USAGE / LIMIT");
    titles.put("Name", "NAME");
    titles.put("NetIO", "NET I/O");
    titles.put("PIDs", "PIDS");
    return titles;
  }

  /**
   * Returns a line.
   *
   * @param asked by which words the container was asked for
   * @param before figures of a moment before
   * @param full whether the id is to be whole
   */
  public static Map<String, Object> of(
      String asked,
      RunningContainer container,
      ContainerFigures before,
      ContainerFigures now,
      boolean full) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("BlockIO", pair(decimal(now.read()), decimal(now.written())));
    row.put("CPUPerc", percent(now.cpuPercentSince(before)));
    row.put("Container", asked);
    row.put("ID", full ? container.id() : container.identity().shortId());
    row.put("LogDrops", drops(now.log()));
    row.put("MemPerc", percent(now.memoryPercent()));
    row.put("MemUsage", pair(binary(now.memory()), binary(now.memoryLimit())));
    row.put("Name", container.name());
    row.put("NetIO", pair(decimal(now.network().received()), decimal(now.network().sent())));
    row.put("PIDs", now.pids() == ABSENT ? UNKNOWN : String.valueOf(now.pids()));
    return row;
  }

  /** Lines and bytes that are not in the log, though the container wrote them. */
  private static String drops(@Nullable LogStatistics log) {
    return log == null
        ? UNKNOWN
        : pair(String.valueOf(log.droppedLines()), decimal(log.droppedBytes()));
  }

  private static String pair(String one, String other) {
    return one + " / " + other;
  }

  private static String decimal(long bytes) {
    return bytes == ABSENT ? UNKNOWN : HumanUnits.size(bytes);
  }

  private static String binary(long bytes) {
    return bytes == ABSENT ? UNKNOWN : HumanUnits.binarySize(bytes, MEMORY_DIGITS);
  }

  private static String percent(double value) {
    return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, "%.2f%%", value);
  }
}
