package io.lighter.runtime.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Collection;

/**
 * A JSON text while it is written, value by value. Absent fields are the caller's to leave out. Not
 * thread-safe.
 */
public final class JsonText {
  private final StringWriter text = new StringWriter();
  private final JsonGenerator out;

  private JsonText() {
    try {
      out = JsonReader.JSON.createGenerator(text);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Begins a text with a line for each value. */
  public static JsonText indented() {
    JsonText json = new JsonText();
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    json.out.setPrettyPrinter(
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(lines)
            .withArrayIndenter(lines));
    return json;
  }

  /** Begins a text in one line. */
  public static JsonText compact() {
    return new JsonText();
  }

  /** Begins an object. */
  public JsonText beginObject() {
    return write(JsonGenerator::writeStartObject);
  }

  /** Begins an array. */
  public JsonText beginArray() {
    return write(JsonGenerator::writeStartArray);
  }

  /** Ends the innermost object or array. */
  public JsonText end() {
    return write(
        out.getOutputContext().inArray()
            ? JsonGenerator::writeEndArray
            : JsonGenerator::writeEndObject);
  }

  /** Names the value that follows. */
  public JsonText name(String name) {
    return write(json -> json.writeFieldName(name));
  }

  /** Adds a string. */
  public JsonText value(String value) {
    return write(json -> json.writeString(value));
  }

  /** Adds a number. */
  public JsonText value(long value) {
    return write(json -> json.writeNumber(value));
  }

  /** Adds a field with a string. */
  public JsonText field(String name, String value) {
    return name(name).value(value);
  }

  /** Adds a field with a number. */
  public JsonText field(String name, long value) {
    return name(name).value(value);
  }

  /** Adds a field with a truth value. */
  public JsonText field(String name, boolean value) {
    return name(name).write(json -> json.writeBoolean(value));
  }

  /** Adds a field with a fraction. */
  public JsonText field(String name, double value) {
    return name(name).write(json -> json.writeNumber(value));
  }

  /** Adds a field with the bits of {@code value} as an unsigned number. */
  public JsonText unsigned(String name, long value) {
    BigInteger number = new BigInteger(Long.toUnsignedString(value));
    return name(name).write(json -> json.writeNumber(number));
  }

  /** Adds a field with an array of strings. */
  public JsonText strings(String name, Collection<String> values) {
    name(name).beginArray();
    values.forEach(this::value);
    return end();
  }

  private interface Piece {
    void writeTo(JsonGenerator out) throws IOException;
  }

  private JsonText write(Piece piece) {
    try {
      piece.writeTo(out);
      return this;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("writing JSON to memory: " + e.getMessage(), e);
  }

  /** Returns what has been written so far. */
  @Override
  public String toString() {
    try {
      out.flush();
      return text.toString();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
