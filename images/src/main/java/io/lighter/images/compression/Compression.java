package io.lighter.images.compression;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.lighter.images.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** A way to compress archives. */
public enum Compression {
  NONE,
  GZIP,
  ZSTD,
  BZIP2,
  XZ;

  /** The most first bytes that are looked at. */
  private static final int MAGIC = 6;

  private static final int BUFFER = 1 << 16;

  /** The most memory that a stream of xz may ask for, in KiB: as much as {@code xz -9} needs. */
  private static final int XZ_MEMORY = 96 << 10;

  /** By its first bytes; what is none of the others is not compressed. */
  private static Compression of(byte[] first) {
    if (starts(first, 0x1f, 0x8b)) {
      return GZIP;
    }
    // A frame, or a frame to be skipped: 0x184D2A50 to 5F, RFC 8878.
    boolean skippable = first.length > 3 && (first[0] & 0xf0) == 0x50;
    if (starts(first, 0x28, 0xb5, 0x2f, 0xfd)
        || (skippable && starts(Arrays.copyOfRange(first, 1, 4), 0x2a, 0x4d, 0x18))) {
      return ZSTD;
    }
    if (starts(first, 'B', 'Z', 'h')) {
      return BZIP2;
    }
    return starts(first, 0xfd, '7', 'z', 'X', 'Z', 0) ? XZ : NONE;
  }

  private static boolean starts(byte[] first, int... magic) {
    if (first.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((first[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Looks at the first bytes of a stream.
   *
   * @return which it is, and the stream from its first byte
   */
  public static Detected detect(InputStream in) throws IOException {
    PushbackInputStream again = new PushbackInputStream(in, MAGIC);
    byte[] first = again.readNBytes(MAGIC);
    again.unread(first);
    return new Detected(of(first), again);
  }

  /**
   * What a stream is compressed by.
   *
   * @param compression found out
   * @param stream still compressed
   */
  public record Detected(Compression compression, InputStream stream) {}

  /** Returns the content of a stream, however it is compressed. */
  public static InputStream decompress(InputStream in) throws IOException {
    Detected detected = detect(in);
    return detected.compression.decompressing(detected.stream);
  }

  /** Returns the content of a stream that is compressed in this way. */
  public InputStream decompressing(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP ->
          GzipCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .setBufferSize(BUFFER)
              .get();
      case ZSTD -> new ZstdInputStream(in).setContinuous(true);
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case XZ ->
          XZCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .setMemoryLimitKiB(XZ_MEMORY)
              .get();
    };
  }

  /**
   * Returns a stream that compresses: the same bytes for the same content. Closing it closes the
   * other.
   *
   * @throws ImageException for bzip2 and xz, which images are not written in
   */
  public OutputStream compressing(OutputStream out) throws IOException {
    return compressing(out, null);
  }

  /**
   * The same at a level.
   *
   * @param level 0 to 9 for gzip, 0 to 22 for zstd; null for the usual one
   */
  public OutputStream compressing(OutputStream out, @Nullable Integer level) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> {
        GzipParameters parameters = new GzipParameters();
        parameters.setCompressionLevel(level == null ? Deflater.DEFAULT_COMPRESSION : level);
        parameters.setBufferSize(BUFFER);
        yield new GzipCompressorOutputStream(out, parameters);
      }
      case ZSTD -> level == null ? new ZstdOutputStream(out) : new ZstdOutputStream(out, level);
      case BZIP2, XZ -> throw new ImageException("images are not written with " + this);
    };
  }
}
