package io.lighter.runtime.logs.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A log file as gzip whose header tells the time of the last line, as moby writes it: so a reader
 * that wants later ones can leave the file alone. The JDK's GZIPOutputStream has no such field.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
public final class GzipFile {
  private static final int EXTRA = 4; // FEXTRA
  private static final int UNKNOWN_SYSTEM = 255;
  private static final int CHUNK = 64 * 1024;

  private GzipFile() {}

  /**
   * Compresses a file into another, which appears under its name when it is complete.
   *
   * @param lastTime nanoseconds since 1970
   */
  public static void compress(Path from, Path to, long lastTime) throws IOException {
    Path unfinished = to.resolveSibling(to.getFileName() + ".tmp");
    try {
      write(from, unfinished, lastTime);
      Files.move(unfinished, to, ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  private static void write(Path from, Path to, long lastTime) throws IOException {
    CRC32 checksum = new CRC32();
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try (InputStream in = new CheckedInputStream(Files.newInputStream(from), checksum);
        OutputStream out = create(to)) {
      out.write(header(lastTime));
      DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater, CHUNK);
      in.transferTo(deflated);
      deflated.finish();
      ByteBuffer trailer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      trailer.putInt((int) checksum.getValue()).putInt((int) deflater.getBytesRead());
      out.write(trailer.array());
    } finally {
      deflater.end();
    }
  }

  /** Makes the file with the rights that moby gives it. */
  private static OutputStream create(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, asFileAttribute(fromString("rw-r-----")));
    return Files.newOutputStream(file);
  }

  private static byte[] header(long lastTime) {
    UnsafeBuffer text = new UnsafeBuffer(new byte[TimeText.LONGEST]);
    int length = new TimeText().put(text, 0, lastTime);
    String time = text.getStringWithoutLengthAscii(0, length);
    byte[] extra = JsonWriter.compact(Map.of("lastTime", time)).getBytes(UTF_8);
    return ByteBuffer.allocate(12 + extra.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0x1f)
        .put((byte) 0x8b)
        .put((byte) Deflater.DEFLATED)
        .put((byte) EXTRA)
        .putInt(0)
        .put((byte) 0)
        .put((byte) UNKNOWN_SYSTEM)
        .putShort((short) extra.length)
        .put(extra)
        .array();
  }
}
