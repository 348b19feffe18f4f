package io.lighter.runtime.lifecycle;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * When processes were born: the pid of one that has ended may be handed to a stranger, the pair of
 * both never is.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
final class ProcessTime {
  /** No process, or one that has ended and is not reaped yet. */
  static final long GONE = -1;

  /** Fields behind the name: the state first, the birth as the twentieth. */
  private static final int STATE = 0;

  private static final int START_TIME = 19;

  private ProcessTime() {}

  /** Returns when a process was born, in ticks since boot, or {@link #GONE}. */
  static long of(int pid) {
    return of(pid, false);
  }

  /** The same of one that has ended and is not reaped yet, too. */
  static long ofReapable(int pid) {
    return of(pid, true);
  }

  private static long of(int pid, boolean ended) {
    byte[] bytes = new byte[4096];
    int length;
    try (FileInputStream file = new FileInputStream("/proc/" + pid + "/stat")) {
      length = file.read(bytes);
    } catch (IOException e) {
      return GONE;
    }
    String text = new String(bytes, 0, Math.max(0, length), StandardCharsets.UTF_8);
    // The name may hold anything, parentheses too, but only the last one ends it.
    String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= START_TIME || fields[STATE].equals("X")) {
      return GONE;
    }
    if (fields[STATE].equals("Z") && !ended) {
      return GONE;
    }
    return Long.parseLong(fields[START_TIME]);
  }
}
