package io.lighter.images.dockerfile;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON form of arguments: {@code ["a", "b"]}. */
final class JsonForm {
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private JsonForm() {}

  /**
   * Returns the strings of an array, or null if the text is not JSON, and therefore in shell form.
   */
  static @Nullable List<String> read(String text) {
    if (!text.startsWith("[")) {
      return null;
    }
    JsonNode array;
    try {
      array = READER.readValue(text);
    } catch (JacksonException e) {
      return null;
    }
    List<String> words = new ArrayList<>();
    for (JsonNode word : array) {
      if (!word.isTextual()) {
        throw new SyntaxException("the JSON form has strings only, and " + word + " is none");
      }
      words.add(word.textValue());
    }
    return words;
  }

  static CommandLine command(String text) {
    List<String> words = read(text);
    return words == null ? new CommandLine(List.of(text), true) : new CommandLine(words, false);
  }

  /** The words of the JSON form, or those between spaces. */
  static List<String> words(String text) {
    List<String> words = read(text);
    if (words != null) {
      return words;
    }
    return text.isEmpty() ? List.of() : List.of(text.split("\\s+", -1));
  }
}
