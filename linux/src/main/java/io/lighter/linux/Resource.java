package io.lighter.linux;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a process may have only so much of, in the order of their numbers; the same on x86-64 and
 * aarch64.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">getrlimit(2)</a>
 */
public enum Resource {
  /** Seconds of processor time. */
  RLIMIT_CPU(0),
  /** Bytes of a file that it writes. */
  RLIMIT_FSIZE(1),
  /** Bytes of data. */
  RLIMIT_DATA(2),
  /** Bytes of stack. */
  RLIMIT_STACK(3),
  /** Bytes of a core file. */
  RLIMIT_CORE(4),
  /** Not heeded by Linux any more. */
  RLIMIT_RSS(5),
  /** Processes of its user. */
  RLIMIT_NPROC(6),
  /** One more than the highest descriptor. */
  RLIMIT_NOFILE(7),
  /** Bytes that it may lock in memory. */
  RLIMIT_MEMLOCK(8),
  /** Bytes of address space. */
  RLIMIT_AS(9),
  /** Not heeded by Linux any more. */
  RLIMIT_LOCKS(10),
  /** Signals of its user that wait to be delivered. */
  RLIMIT_SIGPENDING(11),
  /** Bytes in its user's message queues. */
  RLIMIT_MSGQUEUE(12),
  /** 20 less the nice value that it may take. */
  RLIMIT_NICE(13),
  /** The highest real-time priority. */
  RLIMIT_RTPRIO(14),
  /** Microseconds at real-time priority without a blocking call. */
  RLIMIT_RTTIME(15);

  private static final String PREFIX = "RLIMIT_";

  private final int number;

  Resource(int number) {
    this.number = number;
  }

  /** Returns the number that prlimit64 takes, 0 to 15. */
  public int number() {
    return number;
  }

  /**
   * Returns the one of a name, or null.
   *
   * @param name in either case, with {@code RLIMIT_} or without: {@code nofile}
   */
  public static @Nullable Resource named(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String full = upper.startsWith(PREFIX) ? upper : PREFIX + upper;
    for (Resource resource : values()) {
      if (resource.name().equals(full)) {
        return resource;
      }
    }
    return null;
  }
}
