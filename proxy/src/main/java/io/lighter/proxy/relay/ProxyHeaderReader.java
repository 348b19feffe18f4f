package io.lighter.proxy.relay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.SockaddrBuffer;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Reads the PROXY header that a connection begins with, of version 1 or 2, and is strict about it:
 * who may send one may say that it is anybody. Not thread-safe.
 *
 * @see <a href="https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
final class ProxyHeaderReader {
  /** There is not enough yet. */
  static final int INCOMPLETE = 0;

  /** It is none. */
  static final int MALFORMED = -1;

  static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  /** The longest line of version 1, with its end. */
  private static final int LONGEST_LINE = 107;

  private static final int PREFIX_SIZE = 16;
  private static final byte[] WORD = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNKNOWN = "UNKNOWN".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TCP4 = "TCP4 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TCP6 = "TCP6 ".getBytes(StandardCharsets.US_ASCII);

  /** Bytes 13 and 14 of version 2: version and command, then family and transport. */
  private static final int LOCAL = 0x20;

  private static final int PROXY = 0x21;
  private static final int UNSPECIFIED = 0x00;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;
  private static final int UNIX_STREAM = 0x31;

  private final Flow flow = new Flow();
  private boolean told;
  private MemorySegment data = MemorySegment.NULL;
  private int at;
  private int end;

  private final int[] groups = new int[8];

  // What was parsed last.
  private long high;
  private long low;

  /** Returns whether the header told addresses; else those of the connection itself hold. */
  boolean hasFlow() {
    return told;
  }

  /** Returns the addresses that the last header told. */
  Flow flow() {
    return flow;
  }

  /**
   * Reads a header.
   *
   * @param bytes what the connection begins with
   * @param length how many there are until now
   * @return the size of the header, {@link #INCOMPLETE} or {@link #MALFORMED}
   */
  int read(MemorySegment bytes, int length) {
    data = bytes;
    at = 0;
    end = length;
    told = false;
    if (isPrefix(SIGNATURE)) {
      return length < PREFIX_SIZE ? INCOMPLETE : readBinary();
    }
    return isPrefix(WORD) ? readLine() : MALFORMED;
  }

  /** Returns whether the data begins with these, or is the beginning of them. */
  private boolean isPrefix(byte[] expected) {
    for (int i = 0; i < Math.min(expected.length, end - at); i++) {
      if (data.get(JAVA_BYTE, at + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private int readBinary() {
    int command = unsigned(12);
    int family = unsigned(13);
    int size = PREFIX_SIZE + (unsigned(14) << 8 | unsigned(15));
    if (command != LOCAL && command != PROXY) {
      return MALFORMED;
    }
    if (end < size) {
      return size > data.byteSize() ? MALFORMED : INCOMPLETE;
    }
    if (command == LOCAL) {
      return size;
    }
    int needed =
        switch (family) {
          case UNSPECIFIED -> 0;
          case TCP_OVER_IPV4 -> 12;
          case TCP_OVER_IPV6 -> 36;
          case UNIX_STREAM -> 216;
          default -> Integer.MAX_VALUE;
        };
    if (size - PREFIX_SIZE < needed) {
      return MALFORMED;
    }
    if (family == TCP_OVER_IPV4 || family == TCP_OVER_IPV6) {
      int width = family == TCP_OVER_IPV4 ? 4 : 16;
      address(PREFIX_SIZE, width);
      flow.sourceHigh = high;
      flow.sourceLow = low;
      address(PREFIX_SIZE + width, width);
      flow.destinationHigh = high;
      flow.destinationLow = low;
      flow.sourcePort = (int) number(PREFIX_SIZE + 2 * width, 2);
      flow.destinationPort = (int) number(PREFIX_SIZE + 2 * width + 2, 2);
      told = true;
    }
    return size;
  }

  private int unsigned(int offset) {
    return data.get(JAVA_BYTE, offset) & 0xff;
  }

  private long number(int offset, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | unsigned(offset + i);
    }
    return value;
  }

  private void address(int offset, int width) {
    high = width == 4 ? 0 : number(offset, 8);
    low = width == 4 ? SockaddrBuffer.MAPPED_PREFIX | number(offset, 4) : number(offset + 8, 8);
  }

  private int readLine() {
    int newline = -1;
    for (int i = 0; i < Math.min(end, LONGEST_LINE) && newline < 0; i++) {
      newline = data.get(JAVA_BYTE, i) == '\n' ? i : -1;
    }
    if (newline < 0) {
      return end < LONGEST_LINE ? INCOMPLETE : MALFORMED;
    }
    if (newline < WORD.length || data.get(JAVA_BYTE, newline - 1) != '\r') {
      return MALFORMED;
    }
    at = WORD.length;
    end = newline - 1;
    if (end - at >= UNKNOWN.length && isPrefix(UNKNOWN)) {
      // Whatever follows it is to be ignored.
      at += UNKNOWN.length;
      return at == end || data.get(JAVA_BYTE, at) == ' ' ? newline + 1 : MALFORMED;
    }
    boolean four = isPrefix(TCP4);
    if (end - at < TCP4.length || (!four && !isPrefix(TCP6))) {
      return MALFORMED;
    }
    at += TCP4.length;
    told = readAddresses(four);
    return told ? newline + 1 : MALFORMED;
  }

  private boolean readAddresses(boolean four) {
    if (!(four ? readIpv4() : readIpv6()) || !skip(' ')) {
      return false;
    }
    flow.sourceHigh = high;
    flow.sourceLow = low;
    if (!(four ? readIpv4() : readIpv6()) || !skip(' ')) {
      return false;
    }
    flow.destinationHigh = high;
    flow.destinationLow = low;
    flow.sourcePort = decimal(65_535);
    if (flow.sourcePort < 0 || !skip(' ')) {
      return false;
    }
    flow.destinationPort = decimal(65_535);
    return flow.destinationPort >= 0 && at == end;
  }

  private boolean skip(char expected) {
    return at < end && data.get(JAVA_BYTE, at++) == expected;
  }

  /** Reads a number without needless zeros; returns -1 when there is none, or it is too big. */
  private int decimal(int most) {
    int begin = at;
    int value = 0;
    while (at < end && Character.isDigit(data.get(JAVA_BYTE, at))) {
      value = 10 * value + data.get(JAVA_BYTE, at) - '0';
      at++;
      if (value > most) {
        return -1;
      }
    }
    boolean padded = at - begin > 1 && data.get(JAVA_BYTE, begin) == '0';
    return at == begin || padded ? -1 : value;
  }

  private boolean readIpv4() {
    high = 0;
    low = SockaddrBuffer.MAPPED_PREFIX;
    for (int shift = 24; shift >= 0; shift -= 8) {
      int part = decimal(255);
      if (part < 0 || (shift > 0 && !skip('.'))) {
        return false;
      }
      low |= (long) part << shift;
    }
    return true;
  }

  /** Reads groups of hexadecimal digits, of which one double colon may stand for zeros. */
  private boolean readIpv6() {
    int count = 0;
    int gap = -1;
    if (isDoubleColon()) {
      gap = 0;
      at += 2;
    }
    while (at < end && data.get(JAVA_BYTE, at) != ' ') {
      if (count == groups.length || !readGroup(count++)) {
        return false;
      }
      if (gap < 0 && isDoubleColon()) {
        gap = count;
        at += 2;
      } else if (at < end && data.get(JAVA_BYTE, at) != ' ') {
        // A group follows, or the text ends with a colon and is none.
        if (!skip(':') || at == end || data.get(JAVA_BYTE, at) == ' ') {
          return false;
        }
      }
    }
    if (gap < 0 ? count != groups.length : count == groups.length) {
      return false;
    }
    compose(count, gap < 0 ? count : gap);
    return true;
  }

  private boolean isDoubleColon() {
    return end - at >= 2 && data.get(JAVA_BYTE, at) == ':' && data.get(JAVA_BYTE, at + 1) == ':';
  }

  private boolean readGroup(int index) {
    int begin = at;
    int value = 0;
    while (at < end && Character.digit(data.get(JAVA_BYTE, at), 16) >= 0) {
      value = 16 * value + Character.digit(data.get(JAVA_BYTE, at), 16);
      at++;
      if (at - begin > 4) {
        return false;
      }
    }
    groups[index] = value;
    return at > begin;
  }

  private void compose(int count, int gap) {
    high = 0;
    low = 0;
    int zeros = groups.length - count;
    for (int i = 0; i < groups.length; i++) {
      boolean isZero = i >= gap && i < gap + zeros;
      long group = isZero ? 0 : groups[i < gap ? i : i - zeros];
      high = high << 16 | low >>> 48;
      low = low << 16 | group;
    }
  }
}
