package io.lighter.runtime.logs.file;

import io.lighter.runtime.logs.LineSplitter;
import io.lighter.runtime.logs.LogStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The lines of Docker's json-file: {@code {"log":"text\n","stream":"stdout","time":"..."}}. The
 * text of a piece that does not end its line has no newline.
 */
final class JsonLineFormat implements LineFormat {
  private static final Literal BEGINNING = Literal.of("{\"log\":\"");
  private static final Literal NEWLINE = Literal.of("\\n");
  private static final Literal ENDING = Literal.of("\"}\n");

  private final Literal[] middles = new Literal[2];
  private final TimeText times = new TimeText();
  private final int overhead;

  /**
   * Makes the format of one container's lines.
   *
   * @param attributes the JSON object of labels and variables that each line carries, or empty
   */
  JsonLineFormat(String attributes) {
    String carried = attributes.isEmpty() ? "" : ",\"attrs\":" + attributes;
    int longest = 0;
    for (LogStream stream : LogStream.values()) {
      Literal middle =
          Literal.of("\",\"stream\":\"" + stream.label() + "\"" + carried + ",\"time\":\"");
      middles[stream.code()] = middle;
      longest = Math.max(longest, middle.length());
    }
    overhead =
        BEGINNING.length()
            + NEWLINE.length()
            + longest
            + TimeText.LONGEST
            + ENDING.length()
            + Literal.BEYOND;
  }

  @Override
  public LineSplitter splitter() {
    return LineSplitter.DOCKER;
  }

  /** As moby has it: daemon/logger/copier.go. */
  @Override
  public boolean hasOneTimeALine() {
    return true;
  }

  @Override
  public int longest(int length) {
    return length * JsonText.GROWTH + overhead + Long.BYTES;
  }

  @Override
  public int put(
      UnsafeBuffer target,
      int to,
      LogStream stream,
      long time,
      UnsafeBuffer bytes,
      int from,
      int length,
      boolean completes) {
    int out = JsonText.put(target, BEGINNING.put(target, to), bytes, from, length);
    if (completes) {
      out = NEWLINE.put(target, out);
    }
    out = middles[stream.code()].put(target, out);
    out += times.put(target, out, time);
    return ENDING.put(target, out);
  }
}
