package io.lighter.runtime.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.spec.Cpu;
import org.junit.jupiter.api.Test;

class CpuBandwidthTest {
  private static final Cpu QUOTA = Cpu.NONE.with(c -> c.quota = 10_000L);
  private static final Cpu PERIOD = Cpu.NONE.with(c -> c.period = 20_000L);

  @Test
  void shouldKeepThePeriodWhenTheQuotaChanges() {
    assertThat(CpuBandwidth.completed(QUOTA, "max 50000\n").period()).isEqualTo(50_000);
    assertThat(CpuBandwidth.completed(QUOTA, "max 50000\n").quota()).isEqualTo(10_000);
  }

  @Test
  void shouldKeepTheQuotaWhenThePeriodChanges() {
    assertThat(CpuBandwidth.completed(PERIOD, "7000 100000\n").quota()).isEqualTo(7_000);
    assertThat(CpuBandwidth.completed(PERIOD, "max 100000\n").quota()).isEqualTo(-1);
  }
}
