package io.lighter.runtime.logs.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * Well-formed UTF-8.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3629#section-4">RFC 3629, 4</a>
 */
final class Utf8 {
  private Utf8() {}

  /**
   * Returns how many bytes the character has that begins at an offset, 1 to 4; 0 when none does.
   *
   * @param end where the text ends
   */
  static int length(MemorySegment text, int at, int end) {
    int first = Byte.toUnsignedInt(text.get(JAVA_BYTE, at));
    if (first < 0x80) {
      return 1;
    }
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > end) {
      return 0;
    }
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    int second = Byte.toUnsignedInt(text.get(JAVA_BYTE, at + 1));
    if (second < least || second > most) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((text.get(JAVA_BYTE, at + i) & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
