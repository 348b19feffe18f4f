package io.lighter.runtime.logs.driver;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers of Fluentd's forward protocol: a MessagePack map with one entry, {@code ack}
 * and the id of the chunk.
 *
 * @see <a
 *     href="https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#response">the
 *     protocol's section Response</a>
 */
final class ReceiptReader {
  private static final int MAP_OF_ONE = 0x81;
  private static final int SHORT_TEXT = 0xa0;
  private static final int SHORT_TEXT_MOST = 0x1f;
  private static final int TEXT_8 = 0xd9;

  private final ByteBuffer in = ByteBuffer.allocate(4096).limit(0);
  private @Nullable Connection connection;
  private long deadline;

  /** Reads from a connection, of which nothing is under way. */
  void begin(Connection from) {
    connection = from;
    in.clear().limit(0);
  }

  /** Returns the id of the next answer. */
  String next(Duration wait) throws IOException {
    deadline = System.nanoTime() + wait.toNanos();
    int map = next();
    if (map != MAP_OF_ONE) {
      throw new IOException("not an answer of the forward protocol: it begins with " + map);
    }
    String key = text();
    if (!key.equals("ack")) {
      throw new IOException("not an answer of the forward protocol: '" + key + "' is no ack");
    }
    return text();
  }

  private String text() throws IOException {
    int head = next();
    int length = head == TEXT_8 ? next() : head & SHORT_TEXT_MOST;
    if (head != TEXT_8 && (head & ~SHORT_TEXT_MOST) != SHORT_TEXT) {
      throw new IOException("not an answer of the forward protocol: no text, but " + head);
    }
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) next();
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  private int next() throws IOException {
    if (!in.hasRemaining()) {
      if (connection == null) {
        throw new EOFException("no connection");
      }
      int read = connection.read(in.clear(), Math.max(1, deadline - System.nanoTime()));
      in.flip();
      if (read < 0) {
        throw new EOFException("the other side closed without an answer");
      }
      if (read == 0) {
        throw new SocketTimeoutException("no answer came in time");
      }
    }
    return Byte.toUnsignedInt(in.get());
  }
}
