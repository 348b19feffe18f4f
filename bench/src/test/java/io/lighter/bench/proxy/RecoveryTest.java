package io.lighter.bench.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {
  private static final long MILLI = 1_000_000;

  private static List<Integer> progress(int... runs) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < runs.length; i += 2) {
      all.addAll(Collections.nCopies(runs[i], runs[i + 1]));
    }
    return all;
  }

  @Test
  void shouldTellWhenTheRateIsBack() {
    // 200 ms of 100, 70 ms of nothing, then 95: back from the first step of it on.
    List<Integer> progress = progress(20, 100, 7, 0, 20, 95);

    assertThat(Recovery.millis(progress, 200 * MILLI)).isEqualTo(70);
    assertThat(Recovery.millis(progress, 205 * MILLI)).isEqualTo(65);
  }

  @Test
  void shouldTellThatNothingWasLost() {
    assertThat(Recovery.millis(progress(40, 100), 203 * MILLI)).isZero();
  }

  @Test
  void shouldTellThatItIsNotBack() {
    assertThat(Recovery.millis(progress(20, 100, 20, 50), 200 * MILLI)).isNull();
  }

  @Test
  void shouldRefuseToCompareWithNothing() {
    assertThatThrownBy(() -> Recovery.millis(progress(20, 100), 10 * MILLI))
        .hasMessage("it happened in step 1: too early to compare");
  }
}
