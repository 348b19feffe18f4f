package io.lighter.runtime.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;

/** What was dropped since the last report of it. Not thread-safe. */
final class DropReport {
  private static final long NANOS = 1_000_000_000;

  private long lines;
  private long bytes;
  private long from;
  private long to;

  /**
   * Adds a batch.
   *
   * @param time of its first line, nanoseconds since 1970
   */
  void add(int newlines, int length, long time) {
    if (isEmpty()) {
      from = time;
    }
    lines += newlines;
    bytes += length;
    to = time + Math.max(0, newlines - 1);
  }

  boolean isEmpty() {
    return bytes == 0;
  }

  /** Returns the line that is put into the log, with its newline. */
  byte[] line() {
    return "lighter: dropped %d lines, %d bytes, from %s to %s%n"
        .formatted(lines, bytes, text(from), text(to))
        .getBytes(UTF_8);
  }

  private static Instant text(long time) {
    return Instant.ofEpochSecond(Math.floorDiv(time, NANOS), Math.floorMod(time, NANOS));
  }

  /** Returns the time at which the report belongs. */
  long time() {
    return to;
  }

  void clear() {
    lines = 0;
    bytes = 0;
  }
}
