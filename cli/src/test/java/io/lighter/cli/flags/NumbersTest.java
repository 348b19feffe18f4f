package io.lighter.cli.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "12, 12",
    "-5, -5",
    "+5, 5",
    "0x10, 16",
    "-0X1f, -31",
    "010, 8",
    "0o17, 15",
    "0b101, 5",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808"
  })
  void shouldReadWholeNumbers(String text, long number) {
    assertThat(Numbers.integer(text)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+",
        "1k",
        "1.0",
        " 1",
        "0x",
        "08",
        "0b2",
        "--1",
        "9223372036854775808",
        "-9223372036854775809",
        "1_0",
        "\u0661",
        "0xg"
      })
  void shouldRefuseOtherText(String text) {
    assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> Numbers.integer(text));
  }

  @Test
  void shouldReadDecimalsWithoutBase() {
    assertThat(Numbers.decimal("-1")).isEqualTo(-1);
    assertThat(Numbers.decimal("010")).isEqualTo(10);
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> Numbers.decimal("0x10"));
  }

  @Test
  void shouldReadDigitsUpToALimit() {
    assertThat(Numbers.digits("64", 64)).isEqualTo(64);
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> Numbers.digits("65", 64));
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> Numbers.digits("+1", 64));
  }
}
