package io.lighter.runtime.systemd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values in the text format of GVariant, as annotations for systemd are written in: {@code true},
 * {@code 'text'}, {@code 5}, {@code uint64 5}, {@code ['a', 'b']}, {@code @as []}, {@code ('/dev',
 * uint64 5)}. Dictionaries, variants, maybes and byte strings are refused: no property that a scope
 * takes has such.
 *
 * @see <a href="https://docs.gtk.org/glib/gvariant-text-format.html">GVariant Text Format</a>
 */
final class VariantText {

  /**
   * A value with its type.
   *
   * @param signature in the letters of D-Bus
   * @param value as {@link UnitProperty} has it
   */
  record Typed(String signature, Object value) {}

  /** How deep arrays and structs may lie in each other: more is an attack on our stack. */
  private static final int DEEPEST = 16;

  private final String text;
  private int at;
  private int depth;

  private VariantText(String text) {
    this.text = text;
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException when it is none; the message says why, and where
   */
  static Typed parse(String text) {
    VariantText reader = new VariantText(text);
    Typed typed = reader.value(null);
    reader.skipBlanks();
    if (reader.at < text.length()) {
      throw reader.wrong("nothing more");
    }
    return typed;
  }

  /** Reads one that must be of a type, or of any when that is null. */
  private Typed value(@Nullable String type) {
    skipBlanks();
    return switch (peek()) {
      case '\'', '"' -> string(type);
      case '[' -> nested(type, true);
      case '(' -> nested(type, false);
      case '@' -> annotated(type);
      case '<', '{', 'b' -> refuseOrWord(type);
      default -> Character.isLetter(peek()) ? word(type) : number(type);
    };
  }

  private Typed refuseOrWord(@Nullable String type) {
    if (peek() == 'b' && (text.startsWith("boolean", at) || text.startsWith("byte", at))) {
      return word(type);
    }
    throw wrong("a boolean, a number, a string, an array or a struct");
  }

  private Typed annotated(@Nullable String type) {
    int end = ++at;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    String given = text.substring(at, end);
    if (Signatures.end(given, 0) != given.length()) {
      throw wrong("one type of D-Bus");
    }
    at = end;
    return value(agreed(type, given));
  }

  private Typed word(@Nullable String type) {
    int end = at;
    while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    String word = text.substring(at, end);
    String keyword =
        switch (word) {
          case "boolean" -> "b";
          case "byte" -> "y";
          case "int16" -> "n";
          case "uint16" -> "q";
          case "int32" -> "i";
          case "uint32" -> "u";
          case "int64" -> "x";
          case "uint64" -> "t";
          case "double" -> "d";
          case "string" -> "s";
          case "objectpath" -> "o";
          case "signature" -> "g";
          default -> "";
        };
    if (!keyword.isEmpty()) {
      at = end;
      return value(agreed(type, keyword));
    }
    if (!word.equals("true") && !word.equals("false")) {
      throw wrong("a value; a text needs quotes");
    }
    String agreed = agreed(type, "b");
    at = end;
    return new Typed(agreed, word.equals("true"));
  }

  private Typed string(@Nullable String type) {
    String agreed = type == null ? "s" : type;
    if (!"sog".contains(agreed)) {
      throw wrong("a value of type " + agreed);
    }
    char quote = text.charAt(at++);
    StringBuilder value = new StringBuilder();
    while (peek() != quote) {
      char c = text.charAt(at++);
      value.append(c == '\\' ? escaped() : c);
    }
    at++;
    return new Typed(agreed, value.toString());
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case 'a' -> '\u0007';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> '\u000b';
      case 'u' -> {
        if (at + 4 > text.length()) {
          throw wrong("four digits after \\u");
        }
        at += 4;
        yield (char) Integer.parseInt(text, at - 4, at, 16);
      }
      default -> c;
    };
  }

  private Typed number(@Nullable String type) {
    int end = at;
    while (end < text.length() && "+-.xX0123456789abcdefABCDEF".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    String digits = text.substring(at, end);
    boolean hexadecimal = digits.contains("x") || digits.contains("X");
    boolean fraction = !hexadecimal && digits.matches(".*[.eE].*");
    String agreed = type == null ? (fraction ? "d" : "i") : type;
    try {
      Object value =
          agreed.equals("d") ? (Object) Double.valueOf(digits) : WholeNumbers.of(agreed, digits);
      at = end;
      return new Typed(agreed, value);
    } catch (NumberFormatException e) {
      throw wrong("a value of type " + agreed);
    }
  }

  private Typed nested(@Nullable String type, boolean array) {
    char close = array ? ']' : ')';
    boolean fits = type == null || type.charAt(0) == (array ? 'a' : '(');
    if (!fits || ++depth > DEEPEST) {
      throw wrong(fits ? "less depth" : "a value of type " + type);
    }
    List<Object> values = new ArrayList<>();
    StringBuilder signatures = new StringBuilder();
    int inType = 1;
    at++;
    skipBlanks();
    while (peek() != close) {
      String member = type == null ? null : Signatures.at(type, inType);
      if (array && type == null && !signatures.isEmpty()) {
        member = signatures.toString();
      }
      Typed typed = value(member);
      values.add(typed.value());
      if (!array || signatures.isEmpty()) {
        signatures.append(typed.signature());
      }
      inType += array ? 0 : typed.signature().length();
      skipBlanks();
      if (peek() == ',') {
        at++;
        skipBlanks();
      } else if (peek() != close) {
        throw wrong("a comma or " + close);
      }
    }
    at++;
    depth--;
    return new Typed(whole(type, array, signatures, inType), List.copyOf(values));
  }

  private String whole(@Nullable String type, boolean array, StringBuilder signatures, int inType) {
    if (type != null) {
      if (!array && type.charAt(inType) != ')') {
        throw wrong("a further member of " + type);
      }
      return type;
    }
    if (signatures.isEmpty()) {
      throw wrong("a type before what is empty, such as @as []");
    }
    return array ? "a" + signatures : "(" + signatures + ")";
  }

  private String agreed(@Nullable String wanted, String given) {
    if (wanted != null && !wanted.equals(given)) {
      throw wrong("a value of type " + wanted);
    }
    return given;
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("more");
    }
    return text.charAt(at);
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException(
        "expected " + expected + " at character " + (at + 1) + " of " + text);
  }
}
