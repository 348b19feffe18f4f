package io.lighter.images.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanUnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "1, 1B",
    "999, 999B",
    "1000, 1kB",
    "1024, 1.02kB",
    "4268893, 4.27MB",
    "10000000, 10MB",
    "123456789, 123MB",
    "1500000000, 1.5GB",
    "100, 100B"
  })
  void shouldWriteSizesAsDocker(long bytes, String text) {
    assertThat(HumanUnits.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "1023, 1023B",
    "1024, 1KiB",
    "1536, 1.5KiB",
    "12345678, 11.77MiB",
    "1073000000, 1023MiB",
    "25100000000, 23.38GiB"
  })
  void shouldWriteMemoryAsDocker(long bytes, String text) {
    assertThat(HumanUnits.binarySize(bytes, 4)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, Less than a second", "1, 1 second", "59, 59 seconds", "60, About a minute",
    "119, About a minute", "120, 2 minutes", "3599, 59 minutes", "3600, About an hour",
    "7200, 2 hours", "172799, 2 days", "172800, 2 days", "1209600, 2 weeks",
    "5184000, 2 months", "63072000, 2 years"
  })
  void shouldWriteDurationsAsDocker(long seconds, String text) {
    assertThat(HumanUnits.duration(Duration.ofSeconds(seconds))).isEqualTo(text);
  }
}
