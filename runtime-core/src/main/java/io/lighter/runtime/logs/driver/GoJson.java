package io.lighter.runtime.logs.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Strings as Go's encoding/json writes them, which Jackson does not: any bytes are taken, each that
 * is no UTF-8 becomes {@code \ufffd}, and what HTML or JavaScript could take amiss is escaped.
 *
 * @see <a href="https://pkg.go.dev/encoding/json#Marshal">json.Marshal</a>
 */
final class GoJson {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private GoJson() {}

  /** Returns a map as an object, its names in their order; an empty text when it is empty. */
  static String object(Map<String, String> map) {
    if (map.isEmpty()) {
      return "";
    }
    ByteWriter out = new ByteWriter();
    new TreeMap<>(map)
        .forEach(
            (name, value) -> {
              out.put(out.length() == 0 ? '{' : ',');
              put(out, name);
              out.put(':');
              put(out, value);
            });
    out.put('}');
    return new String(out.toArray(), StandardCharsets.UTF_8);
  }

  /** Puts a text with its quotation marks. */
  static void put(ByteWriter out, String text) {
    put(out, MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Puts a line with its quotation marks. */
  static void put(ByteWriter out, LogLine line) {
    put(out, line.bytes().asSlice(line.offset(), line.length()));
  }

  private static void put(ByteWriter out, MemorySegment text) {
    int size = (int) text.byteSize();
    out.put('"');
    int at = 0;
    while (at < size) {
      int plain = at;
      while (plain < size && isPlain(text.get(JAVA_BYTE, plain))) {
        plain++;
      }
      out.put(text, at, plain - at);
      at = plain;
      if (at < size) {
        at += putSpecial(out, text, at, size);
      }
    }
    out.put('"');
  }

  private static boolean isPlain(byte letter) {
    return letter >= ' '
        && letter != '"'
        && letter != '\\'
        && letter != '<'
        && letter != '>'
        && letter != '&';
  }

  /** Returns how many bytes were dealt with. */
  private static int putSpecial(ByteWriter out, MemorySegment text, int at, int size) {
    byte letter = text.get(JAVA_BYTE, at);
    if (letter < 0) {
      return putWide(out, text, at, size);
    }
    int escaped =
        switch (letter) {
          case '"', '\\' -> letter;
          case '\b' -> 'b';
          case '\f' -> 'f';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 0;
        };
    if (escaped == 0) {
      putEscape(out, letter);
    } else {
      out.put('\\');
      out.put(escaped);
    }
    return 1;
  }

  private static int putWide(ByteWriter out, MemorySegment text, int at, int size) {
    int length = Utf8.length(text, at, size);
    if (length == 0) {
      putEscape(out, 0xfffd);
      return 1;
    }
    // U+2028 and U+2029 end a line of JavaScript.
    if (length == 3
        && text.get(JAVA_BYTE, at) == (byte) 0xe2
        && text.get(JAVA_BYTE, at + 1) == (byte) 0x80
        && (text.get(JAVA_BYTE, at + 2) & 0xfe) == 0xa8) {
      putEscape(out, 0x2000 | (text.get(JAVA_BYTE, at + 2) & 0x3f));
      return length;
    }
    out.put(text, at, length);
    return length;
  }

  private static void putEscape(ByteWriter out, int unit) {
    out.put('\\');
    out.put('u');
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.put(HEX[(unit >>> shift) & 0xf]);
    }
  }
}
