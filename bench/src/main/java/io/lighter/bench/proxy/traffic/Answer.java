package io.lighter.bench.proxy.traffic;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What came of an order, a line of the client's output.
 *
 * @param count round trips, or connections, a second
 * @param bytes a second
 * @param errors connections that failed, or were not made
 * @param times of round trips, in nanoseconds; {@link Order.Mode#RATE}: from when they were due
 * @param begin when counting began, by {@link System#nanoTime}, which all JVMs of a machine share
 * @param progress round trips or connections in each {@link #STEP_NANOS} from then on
 */
public record Answer(
    double count, double bytes, long errors, Histogram times, long begin, List<Integer> progress) {

  /** Ten milliseconds. */
  public static final long STEP_NANOS = 10_000_000;

  private static final int FIELDS = 6;

  public Answer {
    progress = List.copyOf(progress);
  }

  /**
   * Reads what {@link #line} has written.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static Answer parse(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != FIELDS) {
      throw new IllegalArgumentException("no answer of a client: " + line);
    }
    try {
      ByteBuffer encoded = ByteBuffer.wrap(Base64.getDecoder().decode(words[3]));
      return new Answer(
          Double.parseDouble(words[0]),
          Double.parseDouble(words[1]),
          Long.parseLong(words[2]),
          Histogram.decodeFromCompressedByteBuffer(encoded, 1),
          Long.parseLong(words[4]),
          words[5].isEmpty()
              ? List.of()
              : Arrays.stream(words[5].split(",", -1)).map(Integer::valueOf).toList());
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("no histogram of a client: " + words[3], e);
    }
  }

  /** Returns it as a line, without its end. */
  public String line() {
    ByteBuffer encoded = ByteBuffer.allocate(times.getNeededByteBufferCapacity());
    int length = times.encodeIntoCompressedByteBuffer(encoded);
    byte[] bytesOfTimes = Arrays.copyOf(encoded.array(), length);
    return String.join(
        " ",
        String.valueOf(count),
        String.valueOf(bytes),
        String.valueOf(errors),
        Base64.getEncoder().encodeToString(bytesOfTimes),
        String.valueOf(begin),
        progress.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }
}
