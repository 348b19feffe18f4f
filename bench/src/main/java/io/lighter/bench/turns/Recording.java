package io.lighter.bench.start;

import java.util.ArrayList;
import java.util.List;

/**
 * The times of one round of a subject that runs in this JVM, in arrays that are there before the
 * first start, so that taking them allocates nothing. Each start is written by one thread.
 */
final class Recording {

  private final long[] intended;
  private final long[] begin;
  private final long[] exec;
  private final long[] stamp;
  private final long[] exit;
  private final long[] end;
  private final int[] status;

  Recording(int starts) {
    intended = new long[starts];
    begin = new long[starts];
    exec = new long[starts];
    stamp = new long[starts];
    exit = new long[starts];
    end = new long[starts];
    status = new int[starts];
  }

  void begin(int start, long due, long now) {
    intended[start] = due;
    begin[start] = now;
  }

  void exec(int start, long now) {
    exec[start] = now;
  }

  void stamp(int start, long time) {
    stamp[start] = time;
  }

  void exit(int start, long now, int code) {
    exit[start] = now;
    status[start] = code;
  }

  void end(int start, long now) {
    end[start] = now;
  }

  /**
   * Returns the starts from {@code first} on.
   *
   * @throws StartFailedException when a payload did not exit with 0
   */
  List<StartTimes> from(String subject, int first) throws StartFailedException {
    List<StartTimes> times = new ArrayList<>(intended.length - first);
    for (int i = 0; i < intended.length; i++) {
      if (status[i] != 0) {
        throw new StartFailedException(subject, "the container ended with " + status[i]);
      }
      if (i >= first) {
        times.add(new StartTimes(intended[i], begin[i], 0, exec[i], stamp[i], exit[i], end[i], 0));
      }
    }
    return times;
  }
}
