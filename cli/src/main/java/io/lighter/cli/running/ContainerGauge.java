package io.lighter.cli.running;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupStatistics;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.CpuStat;
import io.lighter.cgroups.IoStat;
import io.lighter.cgroups.MemoryStat;
import io.lighter.cgroups.StatisticsPart;
import io.lighter.cgroups.StatisticsReader;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the figures of one container again and again. Not thread-safe. */
public final class ContainerGauge implements AutoCloseable {
  private static final Set<StatisticsPart> PARTS =
      EnumSet.of(
          StatisticsPart.CPU,
          StatisticsPart.MEMORY,
          StatisticsPart.MEMORY_DETAIL,
          StatisticsPart.IO,
          StatisticsPart.PIDS);
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final String TOTAL = "MemTotal:";
  private static final long KIBI = 1024;

  private final RunningContainers all;
  private final Path stateFolder;
  private final RunningContainer container;
  private final @Nullable Cgroup cgroup;
  private final @Nullable StatisticsReader reader;
  private final CgroupStatistics statistics = new CgroupStatistics();

  /** Opens it; a container that has ended meanwhile reads as such. */
  public ContainerGauge(Linux linux, Path stateFolder, RunningContainer container) {
    this.all = new RunningContainers(linux, stateFolder);
    this.stateFolder = stateFolder;
    this.container = container;
    String path = container.cgroup();
    this.cgroup = path == null ? null : CgroupTree.locate(linux).openIfExists(path);
    this.reader = cgroup == null ? null : cgroup.statistics(PARTS);
  }

  /** Whose figures they are. */
  public RunningContainer container() {
    return container;
  }

  /** Reads them anew; null when the container has ended. */
  public @Nullable ContainerFigures read() throws IOException {
    if (!all.has(container) || (reader != null && !reader.read(statistics))) {
      return null;
    }
    boolean io = cgroup != null && cgroup.read("io.stat") != null;
    return new ContainerFigures(
        System.nanoTime(),
        statistics.cpu(CpuStat.USAGE_USEC),
        memory(),
        memoryLimit(),
        NetworkBytes.of(container.pid()),
        io ? statistics.io().sum(IoStat.RBYTES) : CgroupStatistics.ABSENT,
        io ? statistics.io().sum(IoStat.WBYTES) : CgroupStatistics.ABSENT,
        statistics.pidsCurrent(),
        container.logStatistics(stateFolder));
  }

  /** As Docker's client counts it: what the kernel would give away first does not. */
  private long memory() {
    long used = statistics.memoryCurrent();
    long inactive = statistics.memory(MemoryStat.INACTIVE_FILE);
    return inactive >= 0 && inactive < used ? used - inactive : used;
  }

  private long memoryLimit() throws IOException {
    long limit = cgroup == null ? CgroupStatistics.ABSENT : cgroup.readNumber("memory.max");
    return limit == CgroupStatistics.UNLIMITED ? machineMemory() : limit;
  }

  private static long machineMemory() throws IOException {
    for (String line : Files.readAllLines(MEMINFO)) {
      if (line.startsWith(TOTAL)) {
        String number = line.substring(TOTAL.length()).replace("kB", "").strip();
        return Long.parseLong(number) * KIBI;
      }
    }
    return CgroupStatistics.ABSENT;
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
    if (cgroup != null) {
      cgroup.close();
    }
  }
}
