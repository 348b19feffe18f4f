package io.lighter.runtime.logs.driver;

import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;

/**
 * Sends messages compressed, and those that are longer than a datagram in chunks, each with the
 * message's random id, its number and their count.
 *
 * @see <a href="https://go2docs.graylog.org/current/getting_in_log_data/gelf.html">GELF via UDP</a>
 */
final class GelfDatagrams implements Datagrams {
  /** Bytes of a datagram: less than what Ethernet takes in one frame. */
  private static final int DATAGRAM = 1420;

  private static final int ID_BYTES = 8;
  private static final int HEADER = 2 + ID_BYTES + 2;
  private static final int CHUNK = DATAGRAM - HEADER;
  private static final int MOST_CHUNKS = 128;

  private final Datagrams datagrams;
  private final GelfCompression compression;
  private final SecureRandom random = new SecureRandom();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final byte[] id = new byte[ID_BYTES];
  private final byte[] datagram = new byte[DATAGRAM];

  /** Takes the datagrams over. */
  GelfDatagrams(Datagrams datagrams, GelfCompression compression) {
    this.datagrams = datagrams;
    this.compression = compression;
  }

  @Override
  public boolean send(byte[] bytes, int offset, int length) {
    message.reset();
    compression.write(bytes, offset, length, message);
    byte[] compressed = message.toByteArray();
    return compressed.length <= DATAGRAM
        ? datagrams.send(compressed, 0, compressed.length)
        : sendChunks(compressed);
  }

  private boolean sendChunks(byte[] compressed) {
    int count = (compressed.length + CHUNK - 1) / CHUNK;
    if (count > MOST_CHUNKS) {
      throw new LogDriverException(
          "gelf log driver: a message needs "
              + count
              + " chunks, and may have "
              + MOST_CHUNKS
              + "; label fewer things");
    }
    random.nextBytes(id);
    for (int i = 0; i < count; i++) {
      int begin = i * CHUNK;
      int size = Math.min(CHUNK, compressed.length - begin);
      datagram[0] = 0x1e;
      datagram[1] = 0x0f;
      System.arraycopy(id, 0, datagram, 2, ID_BYTES);
      datagram[2 + ID_BYTES] = (byte) i;
      datagram[3 + ID_BYTES] = (byte) count;
      System.arraycopy(compressed, begin, datagram, HEADER, size);
      if (!datagrams.send(datagram, 0, HEADER + size)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    datagrams.close();
  }
}
