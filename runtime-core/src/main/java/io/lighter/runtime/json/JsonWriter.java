package io.lighter.runtime.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the values that the package names as JSON. */
public final class JsonWriter {
  private JsonWriter() {}

  /** Returns the text in one line. */
  public static String compact(@Nullable Object value) {
    return text(value, false);
  }

  /** Returns the text with a line for each field and each element. */
  public static String indented(@Nullable Object value) {
    return text(value, true);
  }

  private static String text(@Nullable Object value, boolean indented) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JsonReader.JSON.createGenerator(text)) {
      if (indented) {
        out.setPrettyPrinter(
            new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE));
      }
      write(out, value);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  // By ifs: a switch over types costs a start the making of a class.
  private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> object) {
      out.writeStartObject();
      for (Map.Entry<?, ?> field : object.entrySet()) {
        out.writeFieldName(String.valueOf(field.getKey()));
        write(out, field.getValue());
      }
      out.writeEndObject();
    } else if (value instanceof Collection<?> array) {
      out.writeStartArray();
      for (Object element : array) {
        write(out, element);
      }
      out.writeEndArray();
    } else if (value instanceof String string) {
      out.writeString(string);
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof BigInteger large) {
      out.writeNumber(large);
    } else if (value instanceof Number number) {
      out.writeNumber(number.longValue());
    } else if (value == null) {
      out.writeNull();
    } else {
      out.writeNumber(value.toString()); // a fraction
    }
  }
}
