package io.lighter.runtime.logs.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * How datagrams of GELF are compressed.
 *
 * @param level -1 to 9, of zlib
 */
record GelfCompression(Type type, int level) {
  enum Type {
    GZIP,
    ZLIB,
    NONE
  }

  static GelfCompression of(LogOptions options, String typeOption, String levelOption) {
    Type type =
        switch (options.has(typeOption) ? options.text(typeOption) : "gzip") {
          case "gzip" -> Type.GZIP;
          case "zlib" -> Type.ZLIB;
          case "none" -> Type.NONE;
          default -> throw options.invalid(typeOption, "gzip, zlib or none", null);
        };
    int level =
        options.integer(
            levelOption,
            Deflater.BEST_SPEED,
            Deflater.DEFAULT_COMPRESSION,
            Deflater.BEST_COMPRESSION);
    return new GelfCompression(type, level);
  }

  /** Writes a message, compressed if it is to be. */
  void write(byte[] bytes, int offset, int length, ByteArrayOutputStream to) {
    try (OutputStream out = stream(to)) {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private OutputStream stream(ByteArrayOutputStream to) throws IOException {
    return switch (type) {
      case GZIP -> new Gzip(to, level);
      case ZLIB -> new Zlib(to, level);
      case NONE -> to;
    };
  }

  /** With a level, which the class of the JDK does not take. */
  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream to, int level) throws IOException {
      super(to);
      def.setLevel(level);
    }
  }

  /** Lets its compressor go when it is closed. */
  private static final class Zlib extends DeflaterOutputStream {
    Zlib(OutputStream to, int level) {
      super(to, new Deflater(level));
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        def.end();
      }
    }
  }
}
