package io.lighter.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReaderTest {
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
        "{\"a\"|line 1, column 5",
        "{\"a\": 1,}|line 1, column 9",
        "[1,]|line 1, column 4",
        "[1 2]|line 1, column 4",
        "{} x|line 1, column 4",
        "{} {}|something follows the value at line 1, column 4",
        "{\"a\": 1, \"a\": 2}|Duplicate field 'a'",
        "01|eading zero",
        "1.|line 1",
        "tru|line 1",
        "\"\\x\"|escape",
        "\"abc|line 1",
        "'a'|line 1, column 1",
        "NaN|line 1",
        "/**/1|line 1, column 1",
        "``|the text is empty",
      })
  void shouldRefuseWhatIsNotJson(String text, String reason) {
    assertThatThrownBy(() -> JsonReader.read(text))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void shouldRefuseWhatCostsTooMuch() {
    assertThatThrownBy(() -> JsonReader.read("[".repeat(100_000)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("500");
    assertThatThrownBy(() -> JsonReader.read("1".repeat(100_000)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("1000");
    assertThatThrownBy(() -> JsonReader.read("\"\n\"")).isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xff, '"'}))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void shouldWriteWhatItReads() {
    Object value = JsonReader.read(SAMPLE);

    assertThat(JsonReader.read(JsonWriter.compact(value))).isEqualTo(value);
    assertThat(JsonReader.read(JsonWriter.indented(value))).isEqualTo(value);
    assertThat(JsonWriter.indented(Map.of("a", List.of(1L)))).contains("\n  \"a\"").endsWith("\n}");
  }
}
