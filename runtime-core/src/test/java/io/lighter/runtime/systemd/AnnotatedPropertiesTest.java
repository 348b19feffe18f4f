package io.lighter.runtime.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.runtime.spec.SpecException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnotatedPropertiesTest {
  private static final String PREFIX = "org.systemd.property.";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'text' | s | text",
        "\"it's\" | s | it's",
        "'a\\'b\\n\\u00e9' | s | a'b\\né",
        "true | b | true",
        "5 | i | 5",
        "-0x10 | i | -16",
        "uint32 4294967295 | u | 4294967295",
        "uint64 18446744073709551615 | t | -1",
        "byte 0xff | y | 255",
        "int64 -1 | x | -1",
        "1.5 | d | 1.5",
        "double 2 | d | 2.0",
        "@t 5 | t | 5",
        "objectpath '/a' | o | /a",
        "['a', 'b'] | as | [a, b]",
        "@as [] | as | []",
        "[uint32 1, 2] | au | [1, 2]",
        "('/dev', uint64 5) | (st) | [/dev, 5]",
        "@a(st) [('/dev/a', 5), ('/dev/b', 6)] | a(st) | [[/dev/a, 5], [/dev/b, 6]]"
      })
  void shouldReadValuesAsGVariantWritesThem(String text, String signature, String value) {
    VariantText.Typed typed = VariantText.parse(text);

    assertThat(typed.signature()).isEqualTo(signature);
    assertThat(typed.value().toString()).isEqualTo(value.replace("\\n", "\n"));
  }

  @Test
  void shouldTurnSecondsIntoMicroseconds() {
    assertThat(
            AnnotatedProperties.of(
                Map.of(
                    PREFIX + "TimeoutStopSec",
                    "uint64 3",
                    PREFIX + "RuntimeMaxSec",
                    "0.5",
                    PREFIX + "CollectMode",
                    "'inactive'",
                    "other",
                    "not ours")))
        .containsExactly(
            UnitProperty.text("CollectMode", "inactive"),
            UnitProperty.number("RuntimeMaxUSec", 500_000),
            UnitProperty.number("TimeoutStopUSec", 3_000_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "After | unquoted",
        "After | `",
        "After | 'open",
        "After | 'a' 'b'",
        "After | ['a', 5]",
        "After | []",
        "After | @as",
        "After | @zz 5",
        "After | @(st) ('a')",
        "After | @(s) ('a', 5)",
        "After | <'a'>",
        "After | {'a': 5}",
        "After | uint32 -1",
        "After | 5000000000",
        "After | byte 256",
        "After | boolean 5",
        "After | [[[[[[[[[[[[[[[[[[[[5]]]]]]]]]]]]]]]]]]]]",
        "After | '\\u00'",
        "TimeoutStopSec | 'soon'",
        "TimeoutStopSec | -1",
        "TimeoutStopSec | uint64 18446744073709551615",
        "Aft3r | true",
        "Of | true"
      })
  void shouldRefuseByNameWhatIsNoProperty(String name, String text) {
    Map<String, String> annotations = Map.of(PREFIX + name, text == null ? "" : text);

    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> AnnotatedProperties.of(annotations))
        .withMessageContaining("annotations[\"" + PREFIX + name + "\"]");
  }

  @Test
  void shouldTellTheTypesOfStructsApart() {
    assertThat(Signatures.at("a(sa(iu))t", 0)).isEqualTo("a(sa(iu))");
    assertThat(Signatures.at("(ss)t", 4)).isEqualTo("t");
    assertThat(List.of(1, 2)).allSatisfy(at -> assertThat(Signatures.end("(ss)", at)).isPositive());
  }
}
