package io.lighter.images.build.files;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Recognises archives by their first bytes, as Docker does: not by their names. */
public final class Compressed {
  private static final int LOOK = 512;
  private static final int MAGIC_AT = 257;

  /** Bytes of memory that an xz archive may ask for, in KiB: its largest preset takes 65 MiB. */
  private static final int XZ_MEMORY = 256 * 1024;

  private Compressed() {}

  /** The ways of compressing that are known. */
  private enum Kind {
    PLAIN,
    GZIP,
    BZIP2,
    XZ,
    ZSTD
  }

  /**
   * Returns the bytes without compression.
   *
   * @param in gzip, bzip2, xz, zstd, or anything else, which stays as it is
   */
  public static InputStream plain(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 64 * 1024);
    return switch (kind(peek(buffered))) {
      case PLAIN -> buffered;
      case GZIP -> new GZIPInputStream(buffered, 64 * 1024);
      case BZIP2 -> new BZip2CompressorInputStream(buffered, true);
      case XZ ->
          XZCompressorInputStream.builder()
              .setInputStream(buffered)
              .setDecompressConcatenated(true)
              .setMemoryLimitKiB(XZ_MEMORY)
              .get();
      case ZSTD -> new ZstdInputStream(buffered);
    };
  }

  /** Tells whether bytes are a tar archive, compressed or not. */
  public static boolean isArchive(InputStream in) throws IOException {
    try {
      BufferedInputStream plain = new BufferedInputStream(plain(in), LOOK);
      return isTar(peek(plain));
    } catch (IOException e) {
      // It only looks compressed.
      return false;
    }
  }

  private static byte[] peek(BufferedInputStream in) throws IOException {
    in.mark(LOOK);
    byte[] head = in.readNBytes(LOOK);
    in.reset();
    return head;
  }

  private static Kind kind(byte[] head) {
    if (begins(head, 0x1f, 0x8b)) {
      return Kind.GZIP;
    }
    if (begins(head, 'B', 'Z', 'h')) {
      return Kind.BZIP2;
    }
    if (begins(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return Kind.XZ;
    }
    return begins(head, 0x28, 0xb5, 0x2f, 0xfd) ? Kind.ZSTD : Kind.PLAIN;
  }

  private static boolean begins(byte[] head, int... magic) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** The magic of POSIX, or the checksum that older archives have as well. */
  private static boolean isTar(byte[] head) {
    if (head.length < LOOK) {
      return false;
    }
    boolean ustar =
        new String(head, MAGIC_AT, 5, java.nio.charset.StandardCharsets.US_ASCII).equals("ustar");
    return ustar || hasChecksum(head);
  }

  private static boolean hasChecksum(byte[] head) {
    int at = 148;
    int length = 8;
    long sum = 0;
    for (int i = 0; i < LOOK; i++) {
      sum += i >= at && i < at + length ? ' ' : head[i] & 0xff;
    }
    String text =
        new String(head, at, length, java.nio.charset.StandardCharsets.US_ASCII)
            .replace('\0', ' ')
            .strip();
    try {
      return !text.isEmpty() && head[0] != 0 && Long.parseLong(text, 8) == sum;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
