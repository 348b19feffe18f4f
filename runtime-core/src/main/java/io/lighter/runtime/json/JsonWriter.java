package io.lighter.runtime.json;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the values that the package names as JSON. */
public final class JsonWriter {
  private static final String INDENT = "  ";

  private final StringBuilder text = new StringBuilder();
  private final boolean indented;

  private JsonWriter(boolean indented) {
    this.indented = indented;
  }

  /** Returns the text in one line. */
  public static String compact(@Nullable Object value) {
    return new JsonWriter(false).append(value, 0).text.toString();
  }

  /** Returns the text with a line for each field and each element. */
  public static String indented(@Nullable Object value) {
    return new JsonWriter(true).append(value, 0).text.toString();
  }

  private JsonWriter append(@Nullable Object value, int depth) {
    // No switch over types: each costs a start the making of a class.
    if (value instanceof Map<?, ?> object) {
      appendObject(object, depth);
    } else if (value instanceof Collection<?> array) {
      appendArray(array, depth);
    } else if (value instanceof String string) {
      appendString(string);
    } else {
      text.append(value);
    }
    return this;
  }

  private void appendObject(Map<?, ?> object, int depth) {
    text.append('{');
    for (Iterator<? extends Map.Entry<?, ?>> i = object.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<?, ?> field = i.next();
      lineFeed(depth + 1);
      appendString(String.valueOf(field.getKey()));
      text.append(indented ? ": " : ":");
      append(field.getValue(), depth + 1);
      text.append(i.hasNext() ? "," : "");
    }
    end('}', object.isEmpty(), depth);
  }

  private void appendArray(Collection<?> array, int depth) {
    text.append('[');
    for (Iterator<?> i = array.iterator(); i.hasNext(); ) {
      lineFeed(depth + 1);
      append(i.next(), depth + 1);
      text.append(i.hasNext() ? "," : "");
    }
    end(']', array.isEmpty(), depth);
  }

  private void end(char bracket, boolean empty, int depth) {
    if (!empty) {
      lineFeed(depth);
    }
    text.append(bracket);
  }

  private void lineFeed(int depth) {
    if (indented) {
      text.append('\n').repeat(INDENT, depth);
    }
  }

  private void appendString(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          // Half a pair cannot be written as UTF-8.
          if (c < ' ' || (Character.isSurrogate(c) && !isPaired(string, i))) {
            appendEscape(c);
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  private static boolean isPaired(String string, int at) {
    char c = string.charAt(at);
    return Character.isHighSurrogate(c)
        ? at + 1 < string.length() && Character.isLowSurrogate(string.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(string.charAt(at - 1));
  }

  private void appendEscape(char c) {
    text.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      text.append(Character.forDigit((c >> shift) & 0xf, 16));
    }
  }
}
