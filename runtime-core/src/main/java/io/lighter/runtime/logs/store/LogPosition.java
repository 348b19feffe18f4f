package io.lighter.runtime.logs.store;

/**
 * Where a reader is in a log; it can be kept as text and used again in another process. Nothing is
 * missed and nothing repeated, unless the log has lost it meanwhile.
 *
 * @param line how many lines of either stream have ended before it in the log, those included that
 *     have been removed
 * @param time of the line before it, or with {@code given} of the line that it is within; 0 when
 *     nothing has been read yet
 * @param given how many bytes of a line have been read that was not read to its end
 */
public record LogPosition(long line, long time, long given) {
  public LogPosition {
    if (line < 0 || given < 0) {
      throw new IllegalArgumentException(
          "a position in a log has no negative parts: " + line + " " + given);
    }
  }

  /**
   * Reads what {@link #toString} has written.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static LogPosition parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length == 3) {
      try {
        return new LogPosition(
            Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
      } catch (NumberFormatException e) {
        // said below
      }
    }
    throw new IllegalArgumentException(
        "a position in a log is LINE/TIME/BYTES, three numbers, and not " + text);
  }

  /** Returns it as {@code LINE/TIME/BYTES}. */
  @Override
  public String toString() {
    return line + "/" + time + "/" + given;
  }
}
