package io.lighter.runtime.logs.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Text that is written again and again, eight bytes at a time: for a few bytes the call of a copy
 * routine costs more than the copy. Immutable.
 */
final class Literal {
  /** How many bytes behind its end are overwritten at most. */
  static final int BEYOND = Long.BYTES - 1;

  private final long[] words;
  private final int length;

  private Literal(byte[] text) {
    ByteBuffer padded =
        ByteBuffer.wrap(Arrays.copyOf(text, text.length + BEYOND)).order(ByteOrder.LITTLE_ENDIAN);
    words = new long[Math.ceilDiv(text.length, Long.BYTES)];
    for (int i = 0; i < words.length; i++) {
      words[i] = padded.getLong(i * Long.BYTES);
    }
    length = text.length;
  }

  static Literal of(String text) {
    return new Literal(text.getBytes(UTF_8));
  }

  static Literal of(byte[] text) {
    return new Literal(text);
  }

  int length() {
    return length;
  }

  /** Writes it, and up to {@link #BEYOND} bytes behind it; returns its end. */
  int put(UnsafeBuffer target, int to) {
    int at = to;
    for (long word : words) {
      target.putLong(at, word, ByteOrder.LITTLE_ENDIAN);
      at += Long.BYTES;
    }
    return to + length;
  }
}
