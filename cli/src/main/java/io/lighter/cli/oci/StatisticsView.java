package io.lighter.cli.oci;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupStatistics;
import io.lighter.cgroups.CpuStat;
import io.lighter.cgroups.IoStat;
import io.lighter.cgroups.IoStatistics;
import io.lighter.cgroups.MemoryEvent;
import io.lighter.cgroups.MemoryStat;
import io.lighter.cgroups.Pressure;
import io.lighter.runtime.json.JsonText;
import java.util.Locale;

/**
 * Statistics of a cgroup as runc's {@code events --stats} prints them: its names, times in
 * nanoseconds. What the kernel or the cgroup does not have is left out, but for what runc's readers
 * expect.
 */
final class StatisticsView {
  private static final long NANOS_IN_MICRO = 1000;
  private static final double HUNDREDTHS = 100;

  private final JsonText json;
  private final CgroupStatistics statistics;
  private final Cgroup cgroup;

  private StatisticsView(JsonText json, CgroupStatistics statistics, Cgroup cgroup) {
    this.json = json;
    this.statistics = statistics;
    this.cgroup = cgroup;
  }

  /** Appends the object {@code data} of an event. */
  static void append(JsonText json, CgroupStatistics statistics, Cgroup cgroup) {
    StatisticsView view = new StatisticsView(json, statistics, cgroup);
    json.beginObject();
    view.cpu();
    view.memory();
    view.pids();
    view.blockIo();
    json.end();
  }

  private void cpu() {
    json.name("cpu").beginObject().name("usage").beginObject();
    nanos("total", CpuStat.USAGE_USEC);
    nanos("kernel", CpuStat.SYSTEM_USEC);
    nanos("user", CpuStat.USER_USEC);
    json.end().name("throttling").beginObject();
    ifPresent("periods", statistics.cpu(CpuStat.NR_PERIODS));
    ifPresent("throttledPeriods", statistics.cpu(CpuStat.NR_THROTTLED));
    nanos("throttledTime", CpuStat.THROTTLED_USEC);
    json.end();
    pressure(statistics.cpuPressure());
    json.end();
  }

  private void nanos(String name, CpuStat key) {
    long micros = statistics.cpu(key);
    ifPresent(name, micros < 0 ? micros : micros * NANOS_IN_MICRO);
  }

  private void memory() {
    json.name("memory").beginObject();
    ifPresent("cache", statistics.memory(MemoryStat.FILE));
    json.name("usage").beginObject();
    limit("limit", cgroup.readNumber("memory.max"));
    ifPresent("usage", statistics.memoryCurrent());
    ifPresent("max", statistics.memoryPeak());
    json.field("failcnt", Math.max(0, statistics.memoryEvents(MemoryEvent.MAX))).end();
    swap();
    json.name("raw").beginObject();
    for (MemoryStat key : MemoryStat.values()) {
      ifPresent(key.name().toLowerCase(Locale.ROOT), statistics.memory(key));
    }
    json.end();
    pressure(statistics.memoryPressure());
    json.end();
  }

  /** Together with memory, as cgroup v1 counts it and runc reports it. */
  private void swap() {
    json.name("swap").beginObject();
    long swapMax = cgroup.readNumber("memory.swap.max");
    long memoryMax = cgroup.readNumber("memory.max");
    boolean unlimited =
        swapMax == CgroupStatistics.UNLIMITED || memoryMax == CgroupStatistics.UNLIMITED;
    if (swapMax != CgroupStatistics.ABSENT && memoryMax != CgroupStatistics.ABSENT) {
      limit("limit", unlimited ? CgroupStatistics.UNLIMITED : swapMax + memoryMax);
    }
    if (statistics.swapCurrent() >= 0 && statistics.memoryCurrent() >= 0) {
      json.field("usage", statistics.swapCurrent() + statistics.memoryCurrent());
    }
    json.field("failcnt", 0).end();
  }

  private void pids() {
    json.name("pids").beginObject();
    ifPresent("current", statistics.pidsCurrent());
    long limit = cgroup.readNumber("pids.max");
    // As runc has it: no limit is no field.
    ifPresent("limit", limit == CgroupStatistics.UNLIMITED ? CgroupStatistics.ABSENT : limit);
    json.end();
  }

  private void blockIo() {
    json.name("blkio").beginObject();
    operations("ioServiceBytesRecursive", IoStat.RBYTES, IoStat.WBYTES, IoStat.DBYTES);
    operations("ioServicedRecursive", IoStat.RIOS, IoStat.WIOS, IoStat.DIOS);
    pressure(statistics.ioPressure());
    json.end();
  }

  private void operations(String name, IoStat read, IoStat written, IoStat discarded) {
    IoStatistics io = statistics.io();
    if (io.devices() == 0) {
      return;
    }
    json.name(name).beginArray();
    for (int device = 0; device < io.devices(); device++) {
      operation(device, "Read", read);
      operation(device, "Write", written);
      operation(device, "Discard", discarded);
    }
    json.end();
  }

  private void operation(int device, String operation, IoStat key) {
    IoStatistics io = statistics.io();
    json.beginObject()
        .field("major", io.major(device))
        .field("minor", io.minor(device))
        .field("op", operation)
        .field("value", io.get(device, key))
        .end();
  }

  private void pressure(Pressure pressure) {
    if (pressure.some().totalMicros() < 0) {
      return;
    }
    json.name("psi").beginObject();
    stall("some", pressure.some());
    stall("full", pressure.full());
    json.end();
  }

  private void stall(String name, Pressure.Stall stall) {
    if (stall.totalMicros() >= 0) {
      json.name(name)
          .beginObject()
          .field("avg10", stall.average10() / HUNDREDTHS)
          .field("avg60", stall.average60() / HUNDREDTHS)
          .field("avg300", stall.average300() / HUNDREDTHS)
          .field("total", stall.totalMicros())
          .end();
    }
  }

  private void ifPresent(String name, long value) {
    if (value >= 0) {
      json.field(name, value);
    }
  }

  /** No limit is the greatest uint64, as runc prints it. */
  private void limit(String name, long value) {
    if (value == CgroupStatistics.UNLIMITED) {
      json.unsigned(name, -1);
    } else {
      ifPresent(name, value);
    }
  }
}
