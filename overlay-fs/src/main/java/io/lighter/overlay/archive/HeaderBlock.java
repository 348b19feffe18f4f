package io.lighter.overlay.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A header of 512 bytes: ustar, GNU's and those from before ustar.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">pax, "ustar
 *     Interchange Format"</a>
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Standard.html">GNU tar, "Basic
 *     Tar Format"</a>
 */
final class HeaderBlock {
  static final int SIZE = 512;

  /** Where the fields are. */
  enum Field {
    NAME(0, 100),
    MODE(100, 8),
    UID(108, 8),
    GID(116, 8),
    SIZE(124, 12),
    MTIME(136, 12),
    CHECKSUM(148, 8),
    TYPE(156, 1),
    LINK_NAME(157, 100),
    /** "ustar", a zero and two digits; GNU writes "ustar", two blanks and a zero. */
    MAGIC(257, 8),
    DEVICE_MAJOR(329, 8),
    DEVICE_MINOR(337, 8),
    PREFIX(345, 155),
    /** In archives of star, which say so at the end of the header: access times follow. */
    STAR_PREFIX(345, 131),
    /** Of GNU's sparse files. */
    REAL_SIZE(483, 12);

    final int offset;
    final int length;

    Field(int offset, int length) {
      this.offset = offset;
      this.length = length;
    }
  }

  private static final byte[] USTAR = "ustar\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STAR_END = "tar\0".getBytes(StandardCharsets.US_ASCII);

  final byte[] bytes = new byte[SIZE];

  boolean isZero() {
    for (byte value : bytes) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** Checks the sum of all bytes, in which the sum itself counts as blanks. */
  void check() throws ArchiveException {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < SIZE; i++) {
      boolean isSum =
          i >= Field.CHECKSUM.offset && i < Field.CHECKSUM.offset + Field.CHECKSUM.length;
      byte value = isSum ? (byte) ' ' : bytes[i];
      unsigned += value & 0xff;
      signed += value;
    }
    long written = number(Field.CHECKSUM);
    // Some old programs summed signed bytes.
    if (written != unsigned && written != signed) {
      throw new ArchiveException(
          "the checksum of its header is %d and should be %d".formatted(written, unsigned));
    }
  }

  char type() {
    return (char) (bytes[Field.TYPE.offset] & 0xff);
  }

  /** Returns the name, of up to 256 bytes, with the prefix that ustar has. */
  byte[] name() {
    byte[] name = text(Field.NAME);
    if (!hasAt(Field.MAGIC.offset, USTAR)) {
      return name;
    }
    boolean isStar = hasAt(SIZE - STAR_END.length, STAR_END);
    byte[] prefix = text(isStar ? Field.STAR_PREFIX : Field.PREFIX);
    if (prefix.length == 0) {
      return name;
    }
    byte[] both = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    both[prefix.length] = '/';
    System.arraycopy(name, 0, both, prefix.length + 1, name.length);
    return both;
  }

  /** Returns the bytes of a field up to the first zero, if there is one. */
  byte[] text(Field field) {
    int end = field.offset;
    while (end < field.offset + field.length && bytes[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(bytes, field.offset, end);
  }

  private boolean hasAt(int offset, byte[] expected) {
    return Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
  }

  /** Returns a number, in octal digits or in GNU's base 256. */
  long number(Field field) throws ArchiveException {
    return number(field.offset, field.length, field.name().toLowerCase(java.util.Locale.ROOT));
  }

  /** Returns a number that is not negative. */
  long count(Field field) throws ArchiveException {
    long value = number(field);
    if (value < 0) {
      throw new ArchiveException(
          "its header has a negative number for "
              + field.name().toLowerCase(java.util.Locale.ROOT)
              + ": "
              + value);
    }
    return value;
  }

  long number(int offset, int length, String what) throws ArchiveException {
    return (bytes[offset] & 0x80) != 0
        ? base256(offset, length, what)
        : octal(offset, length, what);
  }

  /** Two's complement, big-endian, of which the uppermost bit is only the mark of this form. */
  private long base256(int offset, int length, String what) throws ArchiveException {
    boolean negative = (bytes[offset] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = 0; i < length; i++) {
      int digit = bytes[offset + i] & 0xff;
      if (i == 0) {
        digit = negative ? digit | 0x80 : digit & 0x7f;
      }
      if (value >> 55 != (negative ? -1 : 0)) {
        throw new ArchiveException("its header has a number beyond 64 bits for " + what);
      }
      value = value << 8 | digit;
    }
    return value;
  }

  private long octal(int offset, int length, String what) throws ArchiveException {
    int at = offset;
    int end = offset + length;
    while (at < end && isBlank(bytes[at])) {
      at++;
    }
    long value = 0;
    for (; at < end && !isBlank(bytes[at]); at++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 7) {
        throw new ArchiveException("its header has no octal number for " + what);
      }
      value = value << 3 | digit;
    }
    // What may follow is a blank or zero, and after it anything: some programs leave rests there.
    return value;
  }

  private static boolean isBlank(byte value) {
    return value == ' ' || value == 0;
  }
}
