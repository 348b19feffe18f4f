package io.lighter.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReaderTest {
  /** Another reader, to agree with. */
  private static final ObjectMapper OTHER =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final String SAMPLE =
      """
      {"a": [1, -0, 12.5e-3, 1E+2, true, false, null], "b\\u00e4\\n\\"\\\\\\/": {"": {}, "c": []},
       "d": "\\ud83d\\ude00 \u00e4\u20ac", "e": [[[{"f": "\\b\\f\\r\\t"}]]], "g": 18446744073709551615}
      """;

  @Test
  void shouldReadEveryKindOfValue() {
    assertThat(JsonReader.read("{\"a\": [1, -2, 1.5, \"x\\u0041\\n\", true, null, {}]}"))
        .isEqualTo(
            Map.of("a", Arrays.asList(1L, -2L, new Fraction("1.5"), "xA\n", true, null, Map.of())));
    assertThat(JsonReader.read(" 18446744073709551615 "))
        .isEqualTo(new BigInteger("18446744073709551615"));
    assertThat(JsonReader.read("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThat(JsonReader.read("[]")).isEqualTo(List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\"|expected :, but the text ends at line 1, column 5",
        "{\"a\": 1,}|expected a name in quotation marks",
        "[1,]|expected a value",
        "[1 2]|expected ,",
        "{} x|something follows the value at line 1, column 4",
        "{\"a\": 1, \"a\": 2}|the field \"a\" stands twice",
        "01|begins with 0",
        "1.|expected a digit",
        "-|expected a digit",
        "tru|expected true",
        "\"\\x\"|an escape that does not exist",
        "\"\\u12g4\"|four hexadecimal digits",
        "\"abc|a string that does not end",
        "'a'|expected a value",
        "NaN|expected a value",
        "/**/1|expected a value",
      })
  void shouldRefuseWhatIsNotJson(String text, String reason) {
    assertThatThrownBy(() -> JsonReader.read(text))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void shouldRefuseWhatCostsTooMuch() {
    assertThatThrownBy(() -> JsonReader.read("[".repeat(100_000)))
        .hasMessageContaining("within each other");
    assertThatThrownBy(() -> JsonReader.read("1".repeat(100_000)))
        .hasMessageContaining("more than 1000 digits");
    assertThatThrownBy(() -> JsonReader.read("\"\n\"")).hasMessageContaining("control character");
    assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xff, '"'}))
        .hasMessage("not UTF-8");
  }

  @Test
  void shouldWriteWhatItReads() {
    Object value = JsonReader.read(SAMPLE);

    assertThat(JsonReader.read(JsonWriter.compact(value))).isEqualTo(value);
    assertThat(JsonReader.read(JsonWriter.indented(value))).isEqualTo(value);
    assertThat(JsonWriter.compact("\ud800")).isEqualTo("\"\\ud800\"");
    assertThat(JsonWriter.indented(Map.of("a", List.of(1L))))
        .isEqualTo("{\n  \"a\": [\n    1\n  ]\n}");
  }

  /** What one takes the other takes, and both see the same, however the text is damaged. */
  @Test
  void shouldAgreeWithAnotherReader() throws Exception {
    Random random = new Random(1);
    String spare = "{}[]\",:\\u0e1.-+tfn \n";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(SAMPLE.strip());
      for (int edits = random.nextInt(3); edits >= 0; edits--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, spare.charAt(random.nextInt(spare.length())));
          default -> text.setCharAt(at, spare.charAt(random.nextInt(spare.length())));
        }
      }
      String damaged = text.toString();
      byte[] bytes = damaged.getBytes(StandardCharsets.UTF_8);
      String ours;
      try {
        ours = JsonWriter.compact(JsonReader.read(bytes));
      } catch (JsonException e) {
        ours = "refused";
      }
      String theirs;
      try {
        theirs = OTHER.readTree(bytes).toString();
      } catch (JsonProcessingException e) {
        theirs = "refused";
      }
      if (ours.equals("refused") || theirs.equals("refused")) {
        assertThat(ours).as(damaged).isEqualTo(theirs);
      } else {
        assertThat(OTHER.readTree(ours).toString()).as(damaged).isEqualTo(theirs);
      }
    }
  }
}
