package io.lighter.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PercentilesTest {

  @Test
  void shouldSummariseToThreeDigits() {
    Histogram histogram = Percentiles.histogram();
    for (int i = 1; i <= 1000; i++) {
      histogram.recordValue(i * 1000L);
    }

    Percentiles found = Percentiles.of(histogram);

    Percentage precision = Percentage.withPercentage(0.2);
    assertThat(found.count()).isEqualTo(1000);
    assertThat(found.min()).isCloseTo(1_000, precision);
    assertThat(found.p50()).isCloseTo(500_000, precision);
    assertThat(found.p90()).isCloseTo(900_000, precision);
    assertThat(found.p99()).isCloseTo(990_000, precision);
    assertThat(found.p999()).isCloseTo(999_000, precision);
    assertThat(found.max()).isCloseTo(1_000_000, precision);
    assertThat(found.mean()).isCloseTo(500_500, precision);
    assertThat(found.curve().getFirst().percentile()).isZero();
    assertThat(found.curve().getLast().percentile()).isEqualTo(100);
  }

  @Test
  void shouldFormatForPeople() {
    assertThat(Text.millis(1_434_000)).isEqualTo("1.43");
    assertThat(Text.millis(16_240_000)).isEqualTo("16.2");
    assertThat(Text.millis(725_400_000)).isEqualTo("725");
    assertThat(Text.micros(1_250)).isEqualTo("1.3");
    assertThat(Text.micros(125_400)).isEqualTo("125");
    assertThat(Text.whole(12_345)).isEqualTo("12 345");
    assertThat(Text.ratio(3, 2)).isEqualTo("1.5x");
    assertThat(Text.ratio(164, 10)).isEqualTo("16x");
  }
}
