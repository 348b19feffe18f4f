package io.lighter.runtime.logs.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  private static String escape(byte[] bytes) {
    // Not at the beginning of the memory, and with something special behind its end.
    byte[] source = new byte[bytes.length + 16];
    Arrays.fill(source, (byte) '"');
    System.arraycopy(bytes, 0, source, 3, bytes.length);
    byte[] target = new byte[bytes.length * JsonText.GROWTH + 8];
    int end = JsonText.put(new UnsafeBuffer(target), 0, new UnsafeBuffer(source), 3, bytes.length);
    return new String(target, 0, end, ISO_8859_1);
  }

  private static String escape(String text) {
    return new String(escape(text.getBytes(UTF_8)).getBytes(ISO_8859_1), UTF_8);
  }

  @Test
  void shouldWriteWhatMobyWrites() {
    assertThat(escape("plain text")).isEqualTo("plain text");
    assertThat(escape("a\"b\\c\r\n\t\u0000\u001b\u007f"))
        .isEqualTo("a\\\"b\\\\c\\r\\n\\u0009\\u0000\\u001b\u007f");
    assertThat(escape("<a href=\"x\">&amp;</a>"))
        .isEqualTo("\\u003ca href=\\\"x\\\"\\u003e\\u0026amp;\\u003c/a\\u003e");
    assertThat(escape("häßlich € 😀")).isEqualTo("häßlich € 😀");
    assertThat(escape("a\u2028b\u2029c\u2027")).isEqualTo("a\\u2028b\\u2029c\u2027");
  }

  @Test
  void shouldReplaceEachByteThatIsNotUtf8() {
    assertThat(escape(new byte[] {'a', (byte) 0xff, (byte) 0xfe, 'b'}))
        .isEqualTo("a\\ufffd\\ufffdb");
    // An overlong slash, a surrogate, one beyond the last, a character that is cut off.
    assertThat(escape(new byte[] {(byte) 0xc0, (byte) 0xaf})).isEqualTo("\\ufffd\\ufffd");
    assertThat(escape(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}))
        .isEqualTo("\\ufffd\\ufffd\\ufffd");
    assertThat(escape(new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}))
        .isEqualTo("\\ufffd\\ufffd\\ufffd\\ufffd");
    assertThat(escape(new byte[] {(byte) 0xe2, (byte) 0x82})).isEqualTo("\\ufffd\\ufffd");
  }

  @Test
  void shouldAgreeWithASlowOneOnRandomBytes() {
    Random random = new Random(7);
    byte[] favourites = "\n\r\t\"\\<>&ab \u001f\u2028é😀".getBytes(UTF_8);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] =
            switch (random.nextInt(4)) {
              case 0 -> (byte) random.nextInt(256);
              case 1 -> favourites[random.nextInt(favourites.length)];
              default -> (byte) (' ' + random.nextInt(95));
            };
      }
      assertThat(escape(bytes)).isEqualTo(slow(bytes));
    }
  }

  private static String slow(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length; ) {
      int length = character(bytes, i);
      String one = new String(bytes, i, Math.max(1, length), length == 0 ? ISO_8859_1 : UTF_8);
      int point = one.codePointAt(0);
      if (length == 0) {
        text.append("\\ufffd");
      } else if (point == '"' || point == '\\') {
        text.append('\\').append(one);
      } else if (point == '\n' || point == '\r') {
        text.append(point == '\n' ? "\\n" : "\\r");
      } else if (point < 0x20 || "<>&\u2028\u2029".indexOf(point) >= 0) {
        text.append("\\u%04x".formatted(point));
      } else {
        text.append(new String(one.getBytes(UTF_8), ISO_8859_1));
      }
      i += Math.max(1, length);
    }
    return text.toString();
  }

  /** Returns the length of the character at a place as the JDK decodes it, 0 for none. */
  private static int character(byte[] bytes, int at) {
    for (int length = 1; length <= 4 && at + length <= bytes.length; length++) {
      CharsetDecoder decoder = UTF_8.newDecoder();
      CharBuffer out = CharBuffer.allocate(4);
      CoderResult result = decoder.decode(ByteBuffer.wrap(bytes, at, length), out, true);
      if (result.isUnderflow() && out.position() > 0) {
        return length;
      }
    }
    return 0;
  }
}
