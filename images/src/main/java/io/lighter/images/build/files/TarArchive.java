package io.lighter.images.build.files;

import io.lighter.images.compression.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Recognises archives by their first bytes, as Docker does: not by their names. */
public final class TarArchive {
  private static final int LOOK = 512;
  private static final int MAGIC_AT = 257;

  private TarArchive() {}

  /** Tells whether bytes are a tar archive, compressed or not. */
  public static boolean isOne(InputStream in) {
    try {
      return isTar(Compression.decompress(in).readNBytes(LOOK));
    } catch (IOException e) {
      // It only looks compressed.
      return false;
    }
  }

  /** The magic of POSIX, or the checksum that older archives have as well. */
  private static boolean isTar(byte[] head) {
    if (head.length < LOOK) {
      return false;
    }
    boolean ustar = new String(head, MAGIC_AT, 5, StandardCharsets.US_ASCII).equals("ustar");
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
        new String(head, at, length, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
    try {
      return !text.isEmpty() && head[0] != 0 && Long.parseLong(text, 8) == sum;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
