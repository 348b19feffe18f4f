package io.lighter.cli.oci;

import java.util.Collection;

/**
 * A JSON text while it is written: small, since each of these processes loads it anew. Absent
 * fields are the caller's to leave out. Not thread-safe.
 */
final class JsonText {
  private static final String INDENT = "  ";
  private static final int FIRST_PRINTABLE = 0x20;

  private final StringBuilder text = new StringBuilder(512);
  private final StringBuilder closing = new StringBuilder();
  private final boolean indented;
  private boolean first = true;
  private boolean named;

  private JsonText(boolean indented) {
    this.indented = indented;
  }

  /** A text with a line for each value. */
  static JsonText indented() {
    return new JsonText(true);
  }

  /** A text in one line. */
  static JsonText compact() {
    return new JsonText(false);
  }

  JsonText beginObject() {
    return begin('{', '}');
  }

  JsonText beginArray() {
    return begin('[', ']');
  }

  private JsonText begin(char opening, char end) {
    separate();
    text.append(opening);
    closing.append(end);
    first = true;
    return this;
  }

  /** Ends the innermost object or array. */
  JsonText end() {
    int last = closing.length() - 1;
    char end = closing.charAt(last);
    closing.setLength(last);
    if (!first) {
      lineBreak();
    }
    first = false;
    text.append(end);
    return this;
  }

  /** Names the value that follows. */
  JsonText name(String name) {
    separate();
    append(text, name);
    text.append(indented ? ": " : ":");
    named = true;
    return this;
  }

  JsonText value(String value) {
    separate();
    append(text, value);
    return this;
  }

  JsonText value(long value) {
    separate();
    text.append(value);
    return this;
  }

  JsonText field(String name, String value) {
    return name(name).value(value);
  }

  JsonText field(String name, long value) {
    return name(name).value(value);
  }

  JsonText field(String name, boolean value) {
    name(name);
    separate();
    text.append(value);
    return this;
  }

  JsonText field(String name, double value) {
    name(name);
    separate();
    text.append(value);
    return this;
  }

  /** The bits of {@code value} as an unsigned number. */
  JsonText unsigned(String name, long value) {
    name(name);
    separate();
    text.append(Long.toUnsignedString(value));
    return this;
  }

  JsonText strings(String name, Collection<String> values) {
    name(name).beginArray();
    values.forEach(this::value);
    return end();
  }

  private void separate() {
    if (named) {
      named = false;
      return;
    }
    if (!closing.isEmpty()) {
      if (!first) {
        text.append(',');
      }
      lineBreak();
    }
    first = false;
  }

  private void lineBreak() {
    if (indented) {
      text.append('\n').repeat(INDENT, closing.length());
    }
  }

  /** A string of JSON, with its quotes. */
  static String quoted(String value) {
    StringBuilder text = new StringBuilder(value.length() + 2);
    append(text, value);
    return text.toString();
  }

  private static void append(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < FIRST_PRINTABLE) {
            text.append("\\u00").append(Character.forDigit(c >> 4, 16));
            text.append(Character.forDigit(c & 0xF, 16));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  /** What has been written so far. */
  @Override
  public String toString() {
    return text.toString();
  }
}
