package io.lighter.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "linux/x86_64, linux/amd64",
    "linux/aarch64, linux/arm64",
    "linux/arm64/v8, linux/arm64",
    "linux/arm, linux/arm/v7",
    "linux/arm/6, linux/arm/v6",
    "linux/armel, linux/arm/v6",
    "linux/amd64/v3, linux/amd64/v3",
    "linux/i686, linux/386",
    "LINUX/AMD64, linux/amd64",
    "arm64, linux/arm64",
    "windows/amd64, windows/amd64"
  })
  void shouldNormaliseNames(String text, String expected) {
    assertThat(Platform.parse(text)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "linux/", "linux/amd64/v1/x", "nonesuch", "li nux/amd64"})
  void shouldRefuseWhatIsNoPlatform(String text) {
    assertThatThrownBy(() -> Platform.parse(text)).isInstanceOf(ImageException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64, true",
    "linux/amd64, linux/386, true",
    "linux/386, linux/amd64, false",
    "linux/amd64, linux/arm64, false",
    "linux/arm64, linux/arm/v7, true",
    "linux/arm/v7, linux/arm/v6, true",
    "linux/arm/v6, linux/arm/v7, false",
    "linux/amd64/v3, linux/amd64/v2, true",
    "linux/amd64, linux/amd64/v3, false",
    "linux/amd64, windows/amd64, false"
  })
  void shouldKnowWhatRunsWhere(String machine, String image, boolean runs) {
    assertThat(Platform.parse(machine).suitability(Platform.parse(image)) > 0).isEqualTo(runs);
  }

  @ParameterizedTest
  @CsvSource({
    "linux/arm64, linux/arm64, linux/arm/v7",
    "linux/arm/v7, linux/arm/v7, linux/arm/v6",
    "linux/arm64, linux/arm/v7, linux/arm/v6",
    "linux/amd64/v3, linux/amd64/v2, linux/amd64"
  })
  void shouldPreferWhatIsNearer(String machine, String better, String worse) {
    Platform wanted = Platform.parse(machine);
    assertThat(wanted.suitability(Platform.parse(better)))
        .isGreaterThan(wanted.suitability(Platform.parse(worse)));
  }
}
