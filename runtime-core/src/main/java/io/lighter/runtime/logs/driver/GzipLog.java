package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Compresses a log as dockerd does: gzip, with the time of its last entry in the header's extra
 * field as JSON, by which readers skip what is too old. The header is written here, since the JDK's
 * stream has no extra field.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952#page-5">RFC 1952</a>
 */
final class GzipLog {
  private static final byte[] MAGIC_AND_DEFLATE = {0x1f, (byte) 0x8b, 8};
  private static final byte HAS_EXTRA = 4;
  private static final byte UNKNOWN_SYSTEM = (byte) 255;
  private static final int HEAD_BYTES = 12;

  private GzipLog() {}

  /** Makes the compressed file, then deletes the other; a half one has another name. */
  static void compress(Path full, Path compressed) throws IOException {
    Path begun = compressed.resolveSibling(compressed.getFileName() + ".tmp");
    try {
      write(full, begun);
      Files.move(begun, compressed, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(full);
    } catch (NoSuchFileException e) {
      // Somebody deleted the log: then there is nothing to keep.
      Files.deleteIfExists(begun);
    } catch (IOException e) {
      Files.deleteIfExists(begun);
      throw e;
    }
  }

  private static void write(Path full, Path compressed) throws IOException {
    byte[] extra =
        ("{\"lastTime\":\"" + GoTime.rfc3339Nano(LocalTail.lastTime(full)) + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try (OutputStream out = Files.newOutputStream(compressed);
        InputStream in = new CheckedInputStream(Files.newInputStream(full), crc)) {
      Files.setPosixFilePermissions(compressed, PosixFilePermissions.fromString("rw-r-----"));
      out.write(head(extra));
      DeflaterOutputStream body = new DeflaterOutputStream(out, deflater, 64 * 1024);
      in.transferTo(body);
      body.finish();
      out.write(
          ByteBuffer.allocate(2 * Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt((int) crc.getValue())
              .putInt((int) deflater.getBytesRead())
              .array());
    } finally {
      deflater.end();
    }
  }

  /** No time, no name, the extra field. */
  private static byte[] head(byte[] extra) {
    return ByteBuffer.allocate(HEAD_BYTES + extra.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC_AND_DEFLATE)
        .put(HAS_EXTRA)
        .putInt(0)
        .put((byte) 0)
        .put(UNKNOWN_SYSTEM)
        .putShort((short) extra.length)
        .put(extra)
        .array();
  }
}
