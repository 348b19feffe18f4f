package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;
import java.util.ArrayList;
import java.util.List;

/** The fields of one line of comma-separated values, RFC 4180: {@code a,"b,c",d}. */
public final class CsvFields {
  private final String text;
  private final List<String> fields = new ArrayList<>();
  private int at;

  private CsvFields(String text) {
    this.text = text;
  }

  /** Returns the fields; throws {@link InvalidValueException} when quotes are wrong. */
  public static List<String> split(String text) {
    CsvFields line = new CsvFields(text);
    while (line.field()) {}
    return line.fields;
  }

  /** Reads a field and the comma after it; false at the end. */
  private boolean field() {
    fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
    if (at == text.length()) {
      return false;
    }
    if (text.charAt(at) != ',') {
      throw new InvalidValueException("text after a closing quote");
    }
    at++;
    return true;
  }

  private String plain() {
    int comma = text.indexOf(',', at);
    int end = comma < 0 ? text.length() : comma;
    String field = text.substring(at, end);
    if (field.indexOf('"') >= 0) {
      throw new InvalidValueException("a quote inside a field that is not quoted");
    }
    at = end;
    return field;
  }

  private String quoted() {
    StringBuilder field = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        field.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        field.append('"');
        at++;
      } else {
        return field.toString();
      }
    }
    throw new InvalidValueException("a quote that is not closed");
  }
}
