package io.lighter.proxy.relay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads the name of the server that a TLS client wants out of its ClientHello. Of a hostile one it
 * reads no byte that is not there, and no more than {@link #MOST} of them. Not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2">RFC 8446, section 4.1.2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6066#section-3">RFC 6066, section 3</a>
 */
final class ClientHello {
  /** The most that a ClientHello may have, its records included. Real ones have 200 to 2,000. */
  static final int MOST = 16 << 10;

  /** The longest name of a host. */
  static final int LONGEST_NAME = 255;

  /** What the bytes are. */
  enum Kind {
    /** The beginning of a ClientHello, as far as there is one. */
    INCOMPLETE,
    /** A ClientHello with a name. */
    NAMED,
    /** A ClientHello without a name. */
    NAMELESS,
    /** Something else. */
    OTHER
  }

  private static final int RECORD_HEADER = 5;
  private static final int LONGEST_RECORD = 1 << 14;
  private static final int HANDSHAKE = 22;
  private static final int HANDSHAKE_HEADER = 4;
  private static final int CLIENT_HELLO = 1;
  private static final int MAJOR_VERSION = 3;
  private static final int VERSION_AND_RANDOM = 2 + 32;
  private static final int SERVER_NAME = 0;
  private static final int HOST_NAME = 0;

  /** The handshake message without the headers of its records. */
  private final MemorySegment message;

  /** How much of it there is. */
  private int length;

  /** Where reading is; beyond {@link #end} once it went wrong. */
  private int at;

  private int end;
  private int name;
  private int nameLength;

  ClientHello(Arena arena) {
    message = arena.allocate(MOST);
  }

  /** Returns where the bytes of the name are, after {@link Kind#NAMED}. */
  MemorySegment memory() {
    return message;
  }

  int nameOffset() {
    return name;
  }

  int nameLength() {
    return nameLength;
  }

  /**
   * Looks at what a connection begins with.
   *
   * @param bytes of which at most {@link #MOST} are looked at
   * @param count how many there are until now
   */
  Kind read(MemorySegment bytes, int count) {
    Kind kind = unwrap(bytes, Math.min(count, MOST));
    if (kind == Kind.INCOMPLETE) {
      return count >= MOST ? Kind.OTHER : kind;
    }
    return kind == Kind.OTHER ? kind : parse();
  }

  /** Joins the parts of the message; returns NAMELESS when it is all there. */
  private Kind unwrap(MemorySegment bytes, int count) {
    length = 0;
    int record = 0;
    while (true) {
      int there = count - record;
      if ((there > 0 && unsigned(bytes, record) != HANDSHAKE)
          || (there > 1 && unsigned(bytes, record + 1) != MAJOR_VERSION)) {
        return Kind.OTHER;
      }
      if (there < RECORD_HEADER) {
        return Kind.INCOMPLETE;
      }
      int size = unsigned(bytes, record + 3) << 8 | unsigned(bytes, record + 4);
      if (size == 0 || size > LONGEST_RECORD) {
        return Kind.OTHER;
      }
      int part = Math.min(size, there - RECORD_HEADER);
      MemorySegment.copy(bytes, record + RECORD_HEADER, message, length, part);
      length += part;
      if (length > 0 && unsigned(message, 0) != CLIENT_HELLO) {
        return Kind.OTHER;
      }
      if (length >= HANDSHAKE_HEADER) {
        end = HANDSHAKE_HEADER + (unsigned(message, 1) << 16 | pair(2));
        if (end > MOST) {
          return Kind.OTHER;
        }
        if (length >= end) {
          return Kind.NAMELESS;
        }
      }
      if (part < size) {
        return Kind.INCOMPLETE;
      }
      record += RECORD_HEADER + size;
    }
  }

  private static int unsigned(MemorySegment bytes, int offset) {
    return bytes.get(JAVA_BYTE, offset) & 0xff;
  }

  private int pair(int offset) {
    return unsigned(message, offset) << 8 | unsigned(message, offset + 1);
  }

  private Kind parse() {
    at = HANDSHAKE_HEADER + VERSION_AND_RANDOM;
    skip(vector(1));
    skip(vector(2));
    skip(vector(1));
    if (at == end) {
      // Before TLS 1.2 there need not be extensions.
      return Kind.NAMELESS;
    }
    if (vector(2) != end - at) {
      return Kind.OTHER;
    }
    while (at < end) {
      int type = number(2);
      int size = vector(2);
      if (at + size > end) {
        return Kind.OTHER;
      }
      if (type == SERVER_NAME) {
        return parseNames(at + size);
      }
      skip(size);
    }
    return at == end ? Kind.NAMELESS : Kind.OTHER;
  }

  private Kind parseNames(int endOfExtension) {
    end = endOfExtension;
    if (vector(2) != end - at) {
      return Kind.OTHER;
    }
    while (at < end) {
      int type = number(1);
      int size = vector(2);
      if (at + size > end || size == 0) {
        return Kind.OTHER;
      }
      if (type == HOST_NAME) {
        name = at;
        nameLength = size;
        return size <= LONGEST_NAME ? Kind.NAMED : Kind.OTHER;
      }
      skip(size);
    }
    return at == end ? Kind.NAMELESS : Kind.OTHER;
  }

  /** Reads the length of what follows. */
  private int vector(int bytes) {
    return number(bytes);
  }

  private int number(int bytes) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      if (at >= end) {
        at = end + 1;
        return 0;
      }
      value = value << 8 | unsigned(message, at++);
    }
    return value;
  }

  private void skip(int bytes) {
    at = at > end || bytes > end - at ? end + 1 : at + bytes;
  }
}
