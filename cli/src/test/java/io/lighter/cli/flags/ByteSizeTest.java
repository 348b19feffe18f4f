package io.lighter.cli.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "512m, 536870912",
    "1g, 1073741824",
    "1.5g, 1610612736",
    "1GiB, 1073741824",
    "1gb, 1073741824",
    "1 g, 1073741824",
    "1G, 1073741824",
    "1kib, 1024",
    ".5g, 536870912",
    "1.g, 1073741824",
    "1mb, 1048576",
    "1t, 1099511627776",
    "1b, 1",
    "1B, 1",
    "1p, 1125899906842624",
    "8191p, 9222246136947933184",
    "9223372036854775807, 9223372036854775807",
    "0.001k, 1"
  })
  void shouldReadSizesAsDocker(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "1x", "-1", "0x10", "1ki", "1i", "1e", "1,5", " 1", "NaN", "Inf", ".", "1..5", "g",
        "1gg", "1 gb ", "1  g", "\u0661g", "1bb", "1bib"
      })
  void shouldRefuseWhatDockerRefuses(String text) {
    assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> ByteSize.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e3", "+1", "1_000", "9223372036854775808", "99999999999p", "8193p", "8192p"})
  void shouldRefuseWhatDockerMisreads(String text) {
    assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> ByteSize.parse(text));
  }
}
