package io.lighter.runtime.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.spec.BlockIo;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.HugepageLimit;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.ThrottleDevice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceUpdateTest {
  private static final Resources HAD =
      Resources.NONE.with(
          r -> {
            r.devices = List.of(new DeviceRule(false, DeviceRuleType.ALL, null, null, "rwm"));
            r.cpu =
                Cpu.NONE.with(
                    c -> {
                      c.shares = 512L;
                      c.quota = 1000L;
                    });
            r.pids = new Pids(5L);
            r.unified = Map.of("memory.max", "1000", "memory.high", "900");
            r.hugepageLimits = List.of(new HugepageLimit("2MB", 1), new HugepageLimit("1GB", 2));
            r.blockIo = blockIo(new ThrottleDevice(8, 0, 10), new ThrottleDevice(8, 16, 20));
          });

  private static BlockIo blockIo(ThrottleDevice... reads) {
    return new BlockIo(null, null, List.of(), List.of(reads), List.of(), List.of(), List.of());
  }

  @Test
  void shouldKeepWhatIsNotNamed() {
    assertThat(ResourceUpdate.merged(HAD, Resources.NONE)).isEqualTo(HAD);
    assertThat(ResourceUpdate.merged(Resources.NONE, HAD))
        .isEqualTo(HAD.with(r -> r.devices = List.of()));

    Resources merged =
        ResourceUpdate.merged(
            HAD,
            Resources.NONE.with(
                r ->
                    r.cpu =
                        Cpu.NONE.with(
                            c -> {
                              c.shares = 0L;
                              c.period = 5000L;
                            })));
    assertThat(merged.cpu())
        .isEqualTo(
            Cpu.NONE.with(
                c -> {
                  c.shares = 512L;
                  c.quota = 1000L;
                  c.period = 5000L;
                }));
    assertThat(merged.pids()).isEqualTo(new Pids(5L));
  }

  @Test
  void shouldReplaceTheEntryForTheSameDeviceOrSize() {
    Resources merged =
        ResourceUpdate.merged(
            HAD,
            Resources.NONE.with(
                r -> {
                  r.hugepageLimits = List.of(new HugepageLimit("2MB", 7));
                  r.blockIo = blockIo(new ThrottleDevice(8, 16, 30));
                }));

    assertThat(merged.hugepageLimits())
        .containsExactly(new HugepageLimit("2MB", 7), new HugepageLimit("1GB", 2));
    assertThat(merged.blockIo())
        .isEqualTo(blockIo(new ThrottleDevice(8, 0, 10), new ThrottleDevice(8, 16, 30)));
  }

  @Test
  void shouldNotLetAFileOfAnEarlierTimeHideAField() {
    Resources merged =
        ResourceUpdate.merged(
            HAD, Resources.NONE.with(r -> r.memory = Memory.NONE.with(m -> m.limit = 2000L)));

    assertThat(merged.unified()).containsOnly(Map.entry("memory.high", "900"));
    assertThat(ResourceUpdate.merged(merged, Resources.NONE.with(r -> r.unified = HAD.unified())))
        .extracting(Resources::unified)
        .isEqualTo(HAD.unified());
  }
}
