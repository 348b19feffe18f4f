package io.lighter.runtime.json;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON, RFC 8259, and nothing else: no comments, no trailing commas, no other encoding than
 * UTF-8. A name that stands twice in an object is refused: two readers could take a different one.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
public final class JsonReader {
  /** Arrays and objects within each other; more would overflow the stack of a thread. */
  private static final int MOST_NESTED = 500;

  /** Of a number; the conversion of a longer one takes time that grows with the square. */
  private static final int MOST_DIGITS = 1000;

  /** So many digits are a long in any case. */
  private static final int DIGITS_OF_LONG = 18;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Reads a text.
   *
   * @param utf8 all of it
   * @return one of the values that the package names
   * @throws JsonException when it is not JSON
   */
  public static @Nullable Object read(byte[] utf8) {
    try {
      return read(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      throw new JsonException("not UTF-8");
    }
  }

  /** As {@link #read(byte[])}. */
  public static @Nullable Object read(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    reader.skipBlanks();
    if (reader.at < text.length()) {
      throw reader.error("something follows the value");
    }
    return value;
  }

  private @Nullable Object value() {
    char first = next("a value");
    return switch (first) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> {
        if (first != '-' && !isDigit(first)) {
          throw error("expected a value");
        }
        yield number();
      }
    };
  }

  private Map<String, @Nullable Object> object() {
    enter();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    if (next("a name or }") == '}') {
      return leave(fields);
    }
    while (true) {
      if (next("a name") != '"') {
        throw error("expected a name in quotation marks");
      }
      int start = at;
      String name = string();
      if (fields.containsKey(name)) {
        at = start;
        throw error("the field " + JsonWriter.compact(name) + " stands twice");
      }
      expect(':');
      fields.put(name, value());
      if (next(", or }") == '}') {
        return leave(fields);
      }
      expect(',');
    }
  }

  private List<@Nullable Object> array() {
    enter();
    List<@Nullable Object> values = new ArrayList<>();
    if (next("a value or ]") == ']') {
      return leave(values);
    }
    while (true) {
      values.add(value());
      if (next(", or ]") == ']') {
        return leave(values);
      }
      expect(',');
    }
  }

  private void enter() {
    if (++depth > MOST_NESTED) {
      throw error("more than " + MOST_NESTED + " arrays and objects within each other");
    }
    at++;
  }

  private <T> T leave(T value) {
    depth--;
    at++;
    return value;
  }

  private String string() {
    int start = ++at;
    while (true) {
      char c = within("a string that does not end");
      if (c == '"') {
        return text.substring(start, at++);
      }
      if (c == '\\') {
        return escapedString(start);
      }
      at++;
    }
  }

  private String escapedString(int start) {
    StringBuilder result = new StringBuilder().append(text, start, at);
    while (true) {
      char c = within("a string that does not end");
      if (c == '"') {
        at++;
        return result.toString();
      }
      at++;
      result.append(c == '\\' ? escaped() : c);
    }
  }

  /** The character of a string that is next; it stays next. */
  private char within(String otherwise) {
    if (at >= text.length()) {
      throw error(otherwise);
    }
    char c = text.charAt(at);
    if (c < ' ') {
      throw error("a control character in a string; write it as an escape");
    }
    return c;
  }

  private char escaped() {
    char c = within("an escape that does not end");
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> codeUnit();
      default -> throw error("an escape that does not exist");
    };
  }

  private char codeUnit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      char c = within("an escape that does not end");
      int digit = c > 'f' ? -1 : Character.digit(c, 16);
      if (digit < 0) {
        throw error("\\u takes four hexadecimal digits");
      }
      unit = unit * 16 + digit;
      at++;
    }
    return (char) unit;
  }

  private Number number(int start, int digits) {
    String number = text.substring(start, at);
    if (digits > MOST_DIGITS) {
      throw error("a number of more than " + MOST_DIGITS + " digits");
    }
    if (digits <= DIGITS_OF_LONG) {
      return Long.valueOf(number);
    }
    BigInteger whole = new BigInteger(number);
    return whole.bitLength() < Long.SIZE ? (Number) whole.longValue() : whole;
  }

  private Object number() {
    int start = at;
    if (text.charAt(at) == '-') {
      at++;
    }
    int first = at;
    int digits = digits();
    if (digits > 1 && text.charAt(first) == '0') {
      at = first;
      throw error("a number that begins with 0");
    }
    boolean whole = true;
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
      whole = false;
    }
    if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      digits();
      whole = false;
    }
    return whole ? number(start, digits) : new Fraction(text.substring(start, at));
  }

  /** Goes over digits, one at least, and returns how many. */
  private int digits() {
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw error("expected a digit");
    }
    return at - start;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private @Nullable Object word(String word, @Nullable Boolean value) {
    if (!text.startsWith(word, at)) {
      throw error("expected " + word);
    }
    at += word.length();
    return value;
  }

  private void expect(char wanted) {
    if (next(String.valueOf(wanted)) != wanted) {
      throw error("expected " + wanted);
    }
    at++;
  }

  /** The next character that is no blank; it stays next. */
  private char next(String wanted) {
    skipBlanks();
    if (at >= text.length()) {
      throw error("expected " + wanted + ", but the text ends");
    }
    return text.charAt(at);
  }

  private void skipBlanks() {
    while (at < text.length()) {
      switch (text.charAt(at)) {
        case ' ', '\t', '\n', '\r' -> at++;
        default -> {
          return;
        }
      }
    }
  }

  private JsonException error(String reason) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      column++;
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      }
    }
    return new JsonException(reason, line, column);
  }
}
