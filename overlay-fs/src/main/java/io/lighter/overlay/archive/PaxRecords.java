package io.lighter.overlay.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The records of an extended header: {@code LENGTH KEYWORD=VALUE} and a newline, where the length
 * counts the whole record.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">pax, "pax
 *     Extended Header"</a>
 */
final class PaxRecords {
  /** A record. Keywords are ASCII; other bytes in one stand for themselves, as in Latin-1. */
  @SuppressWarnings("ArrayRecordComponent") // Two are never compared.
  record PaxRecord(String keyword, byte[] value) {
    String text() {
      return new String(value, StandardCharsets.ISO_8859_1);
    }
  }

  private PaxRecords() {}

  /** Takes a header apart; no byte may be left over. */
  static List<PaxRecord> parse(byte[] header) throws ArchiveException {
    List<PaxRecord> records = new ArrayList<>();
    for (int start = 0; start < header.length; ) {
      int blank = start;
      int length = 0;
      while (blank < header.length && header[blank] >= '0' && header[blank] <= '9') {
        length = Math.min(10 * length + header[blank] - '0', header.length + 1);
        blank++;
      }
      int end = start + length;
      if (blank == start
          || blank == header.length
          || header[blank] != ' '
          || end > header.length
          || end < blank + 2
          || header[end - 1] != '\n') {
        throw wrong(start);
      }
      int equals = blank + 1;
      while (equals < end && header[equals] != '=' && header[equals] != 0) {
        equals++;
      }
      if (equals == blank + 1 || equals == end || header[equals] != '=') {
        throw wrong(start);
      }
      records.add(
          new PaxRecord(
              new String(header, blank + 1, equals - blank - 1, StandardCharsets.ISO_8859_1),
              Arrays.copyOfRange(header, equals + 1, end - 1)));
      start = end;
    }
    return records;
  }

  private static ArchiveException wrong(int at) {
    return new ArchiveException("its extended header has no record at byte " + at);
  }

  /**
   * Reads a whole number that is not negative.
   *
   * @throws ArchiveException when it is none, or beyond 2^63
   */
  static long count(String keyword, String digits) throws ArchiveException {
    if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      try {
        return Long.parseLong(digits);
      } catch (NumberFormatException e) {
        // Beyond 2^63: as no number.
      }
    }
    throw new ArchiveException("its extended header has no number for " + keyword);
  }

  /** Reads a time: seconds since 1970, with a sign and any number of decimals. */
  static TarEntry.FileTime time(String keyword, String text) throws ArchiveException {
    boolean negative = text.startsWith("-");
    String digits = negative ? text.substring(1) : text;
    int dot = digits.indexOf('.');
    long seconds = count(keyword, dot < 0 ? digits : digits.substring(0, dot));
    int nanos = dot < 0 ? 0 : nanos(keyword, digits.substring(dot + 1));
    if (!negative) {
      return new TarEntry.FileTime(seconds, nanos);
    }
    return nanos == 0
        ? new TarEntry.FileTime(-seconds, 0)
        : new TarEntry.FileTime(-seconds - 1, 1_000_000_000 - nanos);
  }

  private static int nanos(String keyword, String decimals) throws ArchiveException {
    if (!decimals.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new ArchiveException("its extended header has no number for " + keyword);
    }
    return decimals.isEmpty() ? 0 : Integer.parseInt((decimals + "00000000").substring(0, 9));
  }
}
