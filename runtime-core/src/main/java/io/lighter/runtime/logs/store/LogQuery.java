package io.lighter.runtime.logs.store;

import io.lighter.runtime.logs.LogStream;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which lines are wanted. A line counts when it has ended, with the time at which it has.
 *
 * @param since the earliest time, in nanoseconds since 1970; {@link Long#MIN_VALUE} for all
 * @param until the latest time, itself included; {@link Long#MAX_VALUE} for all
 * @param tail how many of the last lines, of those that the rest of the query wants; {@link
 *     Long#MAX_VALUE} for all
 * @param streams whose lines
 * @param follow whether lines are wanted that are yet to come
 */
public record LogQuery(long since, long until, long tail, Set<LogStream> streams, boolean follow) {

  /** All lines that are there. */
  public static final LogQuery ALL =
      new LogQuery(
          Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, EnumSet.allOf(LogStream.class), false);

  public LogQuery {
    if (tail < 0) {
      throw new IllegalArgumentException("a log has no last " + tail + " lines");
    }
    streams = Set.copyOf(streams);
  }

  /** Returns this from a time on, in nanoseconds since 1970. */
  public LogQuery since(long time) {
    return new LogQuery(time, until, tail, streams, follow);
  }

  /** Returns this up to a time, in nanoseconds since 1970. */
  public LogQuery until(long time) {
    return new LogQuery(since, time, tail, streams, follow);
  }

  /** Returns this with so many lines at most, the last ones, before what follows. */
  public LogQuery tail(long lines) {
    return new LogQuery(since, until, lines, streams, follow);
  }

  /** Returns this with lines of these streams. */
  public LogQuery of(Set<LogStream> wanted) {
    return new LogQuery(since, until, tail, wanted, follow);
  }

  /** Returns this with the lines that are yet to come. */
  public LogQuery following() {
    return new LogQuery(since, until, tail, streams, true);
  }

  boolean wants(LogStream stream) {
    return streams.contains(stream);
  }

  boolean isTail() {
    return tail != Long.MAX_VALUE;
  }
}
