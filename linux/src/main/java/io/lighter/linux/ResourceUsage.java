package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a child and its own reaped children have used, in memory that is used again. Not
 * thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getrusage.2.html">getrusage(2)</a>
 */
public final class ResourceUsage {
  /** Bytes of struct rusage and offsets in it, on 64-bit architectures. */
  private static final int SIZE_OF = 144;

  private static final int UTIME = 0;
  private static final int STIME = 16;
  private static final int MAXRSS = 32;
  private static final int MINFLT = 64;
  private static final int MAJFLT = 72;
  private static final int NVCSW = 128;
  private static final int NIVCSW = 136;

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long NANOS_PER_MICRO = 1000;
  private static final long BYTES_PER_KIB = 1024;

  private final MemorySegment memory;

  /** Makes room in the arena. */
  public ResourceUsage(Arena arena) {
    memory = arena.allocate(SIZE_OF, Long.BYTES);
  }

  long address() {
    return memory.address();
  }

  /** Returns processor time in user mode, in nanoseconds. */
  public long userNanos() {
    return nanos(UTIME);
  }

  /** Returns processor time in the kernel, in nanoseconds. */
  public long systemNanos() {
    return nanos(STIME);
  }

  private long nanos(int offset) {
    return memory.get(JAVA_LONG, offset) * NANOS_PER_SECOND
        + memory.get(JAVA_LONG, offset + 8) * NANOS_PER_MICRO;
  }

  /** Returns the most memory that one of them had resident, in bytes. */
  public long maxResidentBytes() {
    return memory.get(JAVA_LONG, MAXRSS) * BYTES_PER_KIB;
  }

  /** Returns page faults that needed no reading. */
  public long minorFaults() {
    return memory.get(JAVA_LONG, MINFLT);
  }

  /** Returns page faults that needed reading. */
  public long majorFaults() {
    return memory.get(JAVA_LONG, MAJFLT);
  }

  /** Returns how often they waited. */
  public long voluntarySwitches() {
    return memory.get(JAVA_LONG, NVCSW);
  }

  /** Returns how often they were made to give way. */
  public long involuntarySwitches() {
    return memory.get(JAVA_LONG, NIVCSW);
  }
}
