package io.lighter.runtime.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cgroups.Setting;
import io.lighter.runtime.resources.ResourceSettings;
import io.lighter.runtime.spec.BlockIo;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Resources;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupPropertiesTest {
  private static final int NEW = 255;

  private static List<String> shown(int version, Setting... settings) {
    return CgroupProperties.of(Arrays.asList(settings), version).stream()
        .map(p -> p.name() + "=" + p.signature() + " " + p.value())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "memory.max, 67108864, MemoryMax=t 67108864",
    "memory.max, 64M, MemoryMax=t 67108864",
    "memory.max, max, MemoryMax=t -1",
    "memory.high, 5, MemoryHigh=t 5",
    "memory.low, 5, MemoryLow=t 5",
    "memory.min, 5, MemoryMin=t 5",
    "memory.swap.max, 0, MemorySwapMax=t 0",
    "memory.zswap.max, 1k, MemoryZSwapMax=t 1024",
    "pids.max, 7, TasksMax=t 7",
    "cpu.weight, 100, CPUWeight=t 100",
    "cpu.idle, 1, CPUWeight=t 0",
    "cpu.idle, 0, CPUWeight=t -1",
    "io.weight, 200, IOWeight=t 200",
    "io.weight, default 200, IOWeight=t 200",
    "cpuset.mems, 1, 'AllowedMemoryNodes=ay [2]'",
    "cpuset.cpus, '0-2,9', 'AllowedCPUs=ay [7, 2]'",
    "cpuset.cpus, '', 'AllowedCPUs=ay []'"
  })
  void shouldTurnASettingIntoAProperty(String file, String value, String property) {
    assertThat(shown(NEW, Setting.unified(file, value))).containsExactly(property);
  }

  @Test
  void shouldRoundAQuotaUpToAPercent() {
    assertThat(shown(NEW, Setting.unified("cpu.max", "33333 100000")))
        .containsExactly("CPUQuotaPerSecUSec=t 340000", "CPUQuotaPeriodUSec=t 100000");
    assertThat(shown(NEW, Setting.unified("cpu.max", "max 50000")))
        .containsExactly("CPUQuotaPerSecUSec=t -1", "CPUQuotaPeriodUSec=t 50000");
    assertThat(shown(NEW, Setting.unified("cpu.max", "200000")))
        .containsExactly("CPUQuotaPerSecUSec=t 2000000");
  }

  @Test
  void shouldLeaveOutWhatThisSystemdDoesNotKnow() {
    Setting[] young = {
      Setting.unified("cpu.max", "50000 100000"),
      Setting.unified("cpuset.cpus", "0"),
      Setting.unified("cpu.idle", "1"),
      Setting.unified("memory.min", "1"),
      Setting.unified("memory.oom.group", "1"),
      Setting.unified("io.max", "8:0 rbps=1"),
      Setting.unified("io.weight", "8:0 100"),
      Setting.unified("memory.max", "much"),
      Setting.unified("memory.max", "9223372036854775807K")
    };

    assertThat(shown(239, young)).containsExactly("CPUQuotaPerSecUSec=t 500000");
  }

  @Test
  void shouldKnowEveryLimitOfASpecification() {
    Resources resources =
        Resources.NONE.with(
            r -> {
              r.memory =
                  Memory.NONE.with(
                      m -> {
                        m.limit = 1L << 20;
                        m.swap = 3L << 20;
                        m.reservation = 1L << 19;
                      });
              r.cpu = Cpu.NONE.with(c -> c.shares = 1024L);
              r.pids = new Pids(-1L);
              r.blockIo =
                  new BlockIo(1000, null, List.of(), List.of(), List.of(), List.of(), List.of());
            });

    assertThat(shown(NEW, ResourceSettings.of(resources).toArray(new Setting[0])))
        .containsExactlyInAnyOrder(
            "MemoryMax=t 1048576",
            "MemorySwapMax=t 2097152",
            "MemoryLow=t 524288",
            "CPUWeight=t 100",
            "TasksMax=t -1",
            "IOWeight=t 10000");
  }
}
