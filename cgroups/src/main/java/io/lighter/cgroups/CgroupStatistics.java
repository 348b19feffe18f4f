package io.lighter.cgroups;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The figures of one cgroup at one moment, overwritten by each reading: {@link
 * StatisticsReader#read}. One object can serve any number of readers, one after the other.
 *
 * <p>A figure is {@link #ABSENT} when it was not asked for, when the kernel does not have it, or
 * when its controller is not enabled for the cgroup. Not thread-safe.
 */
public final class CgroupStatistics {
  /** In the place of a figure that is not there. */
  public static final long ABSENT = -1;

  /** In the place of a figure that reads {@code max}. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** A page holds every file but {@code io.stat} with very many devices; then the buffer grows. */
  private static final int FIRST_SIZE = 4096;

  private final TextCursor cursor = new TextCursor();
  private MemorySegment buffer = Arena.ofAuto().allocate(FIRST_SIZE);

  final FlatKeyed<CpuStat> cpu = new FlatKeyed<>(CpuStat.class);
  final FlatKeyed<MemoryStat> memory = new FlatKeyed<>(MemoryStat.class);
  final FlatKeyed<MemoryEvent> memoryEvents = new FlatKeyed<>(MemoryEvent.class);
  final IoStatistics io = new IoStatistics();
  final Pressure cpuPressure = new Pressure();
  final Pressure memoryPressure = new Pressure();
  final Pressure ioPressure = new Pressure();
  long memoryCurrent = ABSENT;
  long memoryPeak = ABSENT;
  long swapCurrent = ABSENT;
  long pidsCurrent = ABSENT;
  long pidsPeak = ABSENT;

  /** Returns a figure of {@code cpu.stat}. */
  public long cpu(CpuStat key) {
    return cpu.get(key);
  }

  /** Returns {@code memory.current}: bytes used, page cache and kernel memory included. */
  public long memoryCurrent() {
    return memoryCurrent;
  }

  /** Returns {@code memory.peak}: the most bytes ever used. */
  public long memoryPeak() {
    return memoryPeak;
  }

  /** Returns {@code memory.swap.current}: bytes in swap. */
  public long swapCurrent() {
    return swapCurrent;
  }

  /** Returns a figure of {@code memory.stat}. */
  public long memory(MemoryStat key) {
    return memory.get(key);
  }

  /** Returns a count of {@code memory.events}. */
  public long memoryEvents(MemoryEvent key) {
    return memoryEvents.get(key);
  }

  /** Returns {@code io.stat}. */
  public IoStatistics io() {
    return io;
  }

  /** Returns {@code pids.current}: tasks, threads counted. */
  public long pidsCurrent() {
    return pidsCurrent;
  }

  /** Returns {@code pids.peak}: the most tasks ever. */
  public long pidsPeak() {
    return pidsPeak;
  }

  /** Returns {@code cpu.pressure}. */
  public Pressure cpuPressure() {
    return cpuPressure;
  }

  /** Returns {@code memory.pressure}. */
  public Pressure memoryPressure() {
    return memoryPressure;
  }

  /** Returns {@code io.pressure}. */
  public Pressure ioPressure() {
    return ioPressure;
  }

  /** Forgets the figures of the last reading. */
  void clear() {
    cpu.clear();
    memory.clear();
    memoryEvents.clear();
    io.clear();
    cpuPressure.clear();
    memoryPressure.clear();
    ioPressure.clear();
    memoryCurrent = ABSENT;
    memoryPeak = ABSENT;
    swapCurrent = ABSENT;
    pidsCurrent = ABSENT;
    pidsPeak = ABSENT;
  }

  MemorySegment buffer() {
    return buffer;
  }

  void growBuffer() {
    buffer = Arena.ofAuto().allocate(2 * buffer.byteSize());
  }

  /** Takes a file's text, which lies at the start of the buffer. */
  void take(String file, long length) {
    cursor.start(buffer, length);
    switch (file) {
      case "cpu.stat" -> cpu.parse(cursor);
      case "memory.current" -> memoryCurrent = cursor.number();
      case "memory.peak" -> memoryPeak = cursor.number();
      case "memory.swap.current" -> swapCurrent = cursor.number();
      case "memory.stat" -> memory.parse(cursor);
      case "memory.events" -> memoryEvents.parse(cursor);
      case "io.stat" -> io.parse(cursor);
      case "pids.current" -> pidsCurrent = cursor.number();
      case "pids.peak" -> pidsPeak = cursor.number();
      case "cpu.pressure" -> cpuPressure.parse(cursor);
      case "memory.pressure" -> memoryPressure.parse(cursor);
      case "io.pressure" -> ioPressure.parse(cursor);
      default -> throw new AssertionError("no figures are known in " + file);
    }
  }
}
