package io.lighter.runtime.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 * Reads JSON, RFC 8259, and nothing else: no comments, no trailing commas. A name that stands twice
 * in an object is refused: two readers could take a different one.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
public final class JsonReader {
  /** Arrays and objects within each other; more would overflow the stack of a thread. */
  private static final int MOST_NESTED = 500;

  static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(MOST_NESTED).build())
          .build();

  private JsonReader() {}

  /**
   * Reads a text.
   *
   * @param utf8 all of it
   * @return one of the values that the package names
   * @throws JsonException when it is not JSON
   */
  public static @Nullable Object read(byte[] utf8) {
    try {
      // By ourselves: the parser would take what begins with zeros for UTF-16 or UTF-32.
      return read(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      throw new JsonException("not UTF-8");
    }
  }

  /** As {@link #read(byte[])}. */
  public static @Nullable Object read(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      return read(parser);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private static @Nullable Object read(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new JsonException("expected a value, but the text is empty");
    }
    Object value = value(parser, first);
    if (parser.nextToken() != null) {
      JsonLocation at = parser.currentTokenLocation();
      throw new JsonException("something follows the value", at.getLineNr(), at.getColumnNr());
    }
    return value;
  }

  // By ifs: a switch over an enum costs a start the making of a class.
  private static @Nullable Object value(JsonParser parser, @Nullable JsonToken token)
      throws IOException {
    if (token == JsonToken.START_OBJECT) {
      return object(parser);
    }
    if (token == JsonToken.START_ARRAY) {
      return array(parser);
    }
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (token == JsonToken.VALUE_NUMBER_INT) {
      BigInteger whole = parser.getBigIntegerValue();
      return whole.bitLength() < Long.SIZE ? (Number) whole.longValue() : whole;
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      return new Fraction(parser.getText());
    }
    return token == JsonToken.VALUE_NULL ? null : (Object) parser.getBooleanValue();
  }

  private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    String name = parser.nextFieldName();
    while (name != null) {
      fields.put(name, value(parser, parser.nextToken()));
      name = parser.nextFieldName();
    }
    return fields;
  }

  private static List<@Nullable Object> array(JsonParser parser) throws IOException {
    List<@Nullable Object> values = new ArrayList<>();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      values.add(value(parser, token));
      token = parser.nextToken();
    }
    return values;
  }

  private static RuntimeException refused(IOException e) {
    if (!(e instanceof JsonProcessingException notJson)) {
      return new UncheckedIOException("reading from memory", e);
    }
    JsonLocation at = notJson.getLocation();
    return at == null
        ? new JsonException(notJson.getOriginalMessage())
        : new JsonException(notJson.getOriginalMessage(), at.getLineNr(), at.getColumnNr());
  }
}
