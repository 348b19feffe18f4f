package io.lighter.runtime.logs.driver;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Messages one behind the other in memory, and how much of a batch is done with each. It is used
 * again. Not thread-safe.
 */
final class MessageGroup {
  private final ByteWriter bytes = new ByteWriter();
  private int[] ends = new int[16];
  private int[] sources = new int[16];
  private String[] receipts = new String[16];
  private int count;

  /**
   * Encodes a line.
   *
   * @return whether it has a message
   */
  boolean add(LineEncoder encoder, LogLine line) {
    int begin = bytes.length();
    if (!encoder.encode(line, bytes)) {
      bytes.cut(begin);
      return false;
    }
    finish(line.end(), encoder.receipt());
    return true;
  }

  /** Adds a message that has been encoded before. */
  void add(byte[] message, String receipt) {
    bytes.put(message);
    finish(0, receipt);
  }

  private void finish(int source, String receipt) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
      sources = Arrays.copyOf(sources, 2 * count);
      receipts = Arrays.copyOf(receipts, 2 * count);
    }
    ends[count] = bytes.length();
    sources[count] = source;
    receipts[count] = receipt;
    count++;
  }

  /** Lets a line without a message be done when the last message is. */
  void extendLast(int source) {
    sources[count - 1] = source;
  }

  /** Returns how many messages there are. */
  int count() {
    return count;
  }

  /** Returns how many bytes they have together. */
  int length() {
    return bytes.length();
  }

  /** Returns where a message begins. */
  int begin(int message) {
    return message == 0 ? 0 : ends[message - 1];
  }

  /** Returns where a message ends, which is where the next one begins. */
  int end(int message) {
    return ends[message];
  }

  /** Returns how many bytes of the batch are done with a message. */
  int source(int message) {
    return sources[message];
  }

  String receipt(int message) {
    return receipts[message];
  }

  /** Returns the bytes of all messages; see {@link #begin}. */
  byte[] bytes() {
    return bytes.bytes();
  }

  /** Returns a view of all messages. */
  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes.bytes(), 0, bytes.length());
  }

  /** Forgets all messages, and lets memory go that is larger than a number of bytes. */
  void clear(int most) {
    Arrays.fill(receipts, 0, count, "");
    count = 0;
    bytes.clear(most);
  }
}
