package io.lighter.runtime.logs.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TimeTextTest {
  private final TimeText times = new TimeText();

  private String text(long time) {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[TimeText.LONGEST]);
    return buffer.getStringWithoutLengthAscii(0, times.put(buffer, 0, time));
  }

  @Test
  void shouldLeaveOutZerosAsGoDoes() {
    assertThat(text(0)).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(text(1_764_061_501_120_000_000L)).isEqualTo("2025-11-25T09:05:01.12Z");
    assertThat(text(1_764_061_501_000_000_001L)).isEqualTo("2025-11-25T09:05:01.000000001Z");
    assertThat(text(1_764_061_501_999_999_999L)).isEqualTo("2025-11-25T09:05:01.999999999Z");
    assertThat(text(1_764_061_502_000_000_000L)).isEqualTo("2025-11-25T09:05:02Z");
  }

  @Test
  void shouldTellTheTimeThatItWas() {
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      long time = random.nextLong(4_000_000_000_000_000_000L);
      Instant instant = Instant.parse(text(time));
      assertThat(instant.getEpochSecond() * 1_000_000_000 + instant.getNano()).isEqualTo(time);
    }
  }
}
