package io.lighter.bench.probes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.bench.report.Percentiles;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FixedScheduleTest {

  @Test
  void shouldProbeEachOnceASecond() throws Exception {
    AtomicIntegerArray probed = new AtomicIntegerArray(5);

    Percentiles times = new FixedSchedule(5, 2, 2).run(probed::incrementAndGet);

    assertThat(times.count()).isEqualTo(10);
    for (int number = 0; number < probed.length(); number++) {
      assertThat(probed.get(number)).isEqualTo(2);
    }
  }

  @Test
  void shouldTellThatAProbeFailed() {
    assertThatThrownBy(
            () ->
                new FixedSchedule(2, 1, 1)
                    .run(
                        number -> {
                          throw new IOException("no answer");
                        }))
        .hasMessageContaining("no answer");
  }
}
