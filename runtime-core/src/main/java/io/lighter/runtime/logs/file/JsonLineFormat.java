package io.lighter.runtime.logs.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lighter.runtime.logs.LineSplitter;
import io.lighter.runtime.logs.LogStream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The lines of Docker's json-file: {@code {"log":"text\n","stream":"stdout","time":"..."}}. The
 * text of a piece that does not end its line has no newline.
 */
final class JsonLineFormat implements LineFormat {
  private static final byte[] BEGINNING = "{\"log\":\"".getBytes(US_ASCII);
  private static final byte[] NEWLINE = "\\n".getBytes(US_ASCII);
  private static final byte[] ENDING = "\"}\n".getBytes(US_ASCII);

  private final byte[][] middles = new byte[2][];
  private final TimeText times = new TimeText();
  private final int overhead;

  /**
   * Makes the format of one container's lines.
   *
   * @param attributes the JSON object of labels and variables that each line carries, or empty
   */
  JsonLineFormat(byte[] attributes) {
    int longest = 0;
    for (LogStream stream : LogStream.values()) {
      byte[] middle = middle(stream, attributes);
      middles[stream.code()] = middle;
      longest = Math.max(longest, middle.length);
    }
    overhead = BEGINNING.length + NEWLINE.length + longest + TimeText.LONGEST + ENDING.length;
  }

  private static byte[] middle(LogStream stream, byte[] attributes) {
    byte[] before = ("\",\"stream\":\"" + stream.label() + "\"").getBytes(US_ASCII);
    byte[] name = attributes.length == 0 ? new byte[0] : ",\"attrs\":".getBytes(US_ASCII);
    byte[] after = ",\"time\":\"".getBytes(US_ASCII);
    byte[] all = new byte[before.length + name.length + attributes.length + after.length];
    System.arraycopy(before, 0, all, 0, before.length);
    System.arraycopy(name, 0, all, before.length, name.length);
    System.arraycopy(attributes, 0, all, before.length + name.length, attributes.length);
    System.arraycopy(after, 0, all, all.length - after.length, after.length);
    return all;
  }

  @Override
  public LineSplitter splitter() {
    return LineSplitter.DOCKER;
  }

  @Override
  public int longest(int length) {
    return length * JsonText.GROWTH + overhead + Long.BYTES;
  }

  @Override
  public int put(
      MutableDirectBuffer target,
      int to,
      LogStream stream,
      long time,
      DirectBuffer bytes,
      int from,
      int length,
      boolean completes) {
    target.putBytes(to, BEGINNING);
    int out = JsonText.put(target, to + BEGINNING.length, bytes, from, length);
    if (completes) {
      target.putBytes(out, NEWLINE);
      out += NEWLINE.length;
    }
    byte[] middle = middles[stream.code()];
    target.putBytes(out, middle);
    out += middle.length;
    out += times.put(target, out, time);
    target.putBytes(out, ENDING);
    return out + ENDING.length;
  }
}
