package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.notation.DockerTime;
import java.time.Instant;

/**
 * What {@code lighter logs} was asked for.
 *
 * @param log the name of a container, or a folder when there is a slash in it
 * @param since the earliest time, in nanoseconds since 1970; {@link Long#MIN_VALUE} for all
 * @param until the latest time; {@link Long#MAX_VALUE} for all
 * @param tail how many of the last lines; {@link Long#MAX_VALUE} for all
 * @param follow whether to go on with what is yet to come
 * @param timestamps whether each line has its time
 * @param details whether each line has its labels and variables
 */
public record LogsRequest(
    String log,
    long since,
    long until,
    long tail,
    boolean follow,
    boolean timestamps,
    boolean details) {

  /**
   * Reads the flags.
   *
   * @param now which durations are counted back from
   * @throws UsageException if a value is not valid
   */
  public static LogsRequest read(Flags flags, Instant now) {
    if (flags.operands().size() != 1) {
      throw new UsageException(
          "lighter logs takes the name of one container, or the folder of one log; "
              + flags.operands().size()
              + " were given");
    }
    return new LogsRequest(
        flags.operands().getFirst(),
        time(flags, "since", now, Long.MIN_VALUE),
        time(flags, "until", now, Long.MAX_VALUE),
        tail(flags),
        flags.isOn("follow", false),
        flags.isOn("timestamps", false),
        flags.isOn("details", false));
  }

  private static long time(Flags flags, String name, Instant now, long absent) {
    String text = flags.last(name);
    if (text == null || text.isEmpty()) {
      return absent;
    }
    try {
      return DockerTime.parse(text, now);
    } catch (IllegalArgumentException e) {
      throw flags.invalid(
          name, text, "it must be a time such as 2026-01-02T15:04:05Z or a duration such as 10m");
    }
  }

  /** Whatever is negative or no number means all, as for Docker's daemon. */
  private static long tail(Flags flags) {
    String text = flags.last("tail");
    if (text == null || text.equals("all")) {
      return Long.MAX_VALUE;
    }
    try {
      long lines = Long.parseLong(text);
      return lines < 0 ? Long.MAX_VALUE : lines;
    } catch (NumberFormatException e) {
      throw flags.invalid("tail", text, "it must be a number of lines, or all");
    }
  }
}
