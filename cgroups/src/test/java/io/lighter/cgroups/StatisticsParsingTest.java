package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class StatisticsParsingTest {
  private final CgroupStatistics statistics = new CgroupStatistics();

  private void take(String file, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    while (statistics.buffer().byteSize() < bytes.length) {
      statistics.growBuffer();
    }
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, statistics.buffer(), 0, bytes.length);
    statistics.take(file, bytes.length);
  }

  @Test
  void shouldTakeKnownKeysAndPassOverOthers() {
    take(
        "cpu.stat",
        "usage_usec 9223372036854775807\nuser_usec 3\ncore_sched.force_idle_usec 9\nusage_usecs 7\n"
            + "system_usec 0\nnr_throttled 12");

    assertThat(statistics.cpu(CpuStat.USAGE_USEC)).isEqualTo(Long.MAX_VALUE);
    assertThat(statistics.cpu(CpuStat.USER_USEC)).isEqualTo(3);
    assertThat(statistics.cpu(CpuStat.SYSTEM_USEC)).isZero();
    assertThat(statistics.cpu(CpuStat.NR_THROTTLED)).isEqualTo(12);
    assertThat(statistics.cpu(CpuStat.NR_PERIODS)).isEqualTo(CgroupStatistics.ABSENT);
  }

  @Test
  void shouldKnowEveryKeyOfMemoryStat() {
    StringBuilder text = new StringBuilder();
    long value = 1_000;
    for (MemoryStat key : MemoryStat.values()) {
      text.append(key.name().toLowerCase(Locale.ROOT)).append(' ').append(value++).append('\n');
    }

    take("memory.stat", text.toString());

    value = 1_000;
    for (MemoryStat key : MemoryStat.values()) {
      assertThat(statistics.memory(key)).as("%s", key).isEqualTo(value++);
    }
  }

  @Test
  void shouldForgetWhatTheNextTextLacks() {
    take("memory.events", "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n");
    assertThat(statistics.memoryEvents(MemoryEvent.OOM_GROUP_KILL)).isEqualTo(6);

    take("memory.events", "low 7\n");

    assertThat(statistics.memoryEvents(MemoryEvent.LOW)).isEqualTo(7);
    assertThat(statistics.memoryEvents(MemoryEvent.OOM)).isEqualTo(CgroupStatistics.ABSENT);
  }

  @Test
  void shouldTakeSingleNumbersAndMax() {
    take("memory.current", "4096\n");
    take("memory.peak", "max\n");
    take("pids.current", "3");
    take("memory.swap.current", "0\n");

    assertThat(statistics.memoryCurrent()).isEqualTo(4096);
    assertThat(statistics.memoryPeak()).isEqualTo(CgroupStatistics.UNLIMITED);
    assertThat(statistics.pidsCurrent()).isEqualTo(3);
    assertThat(statistics.swapCurrent()).isZero();
  }

  @Test
  void shouldTakeEachDeviceOfIoStatAndTheSums() {
    take(
        "io.stat",
        """
        8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6
        259:1048575 rbytes=10 wbytes=20 rios=30 wios=40 dbytes=50 dios=60 cost.usage=7
        """);

    IoStatistics io = statistics.io();
    assertThat(io.devices()).isEqualTo(2);
    assertThat(io.major(1)).isEqualTo(259);
    assertThat(io.minor(1)).isEqualTo(1048575);
    assertThat(io.get(0, IoStat.DIOS)).isEqualTo(6);
    assertThat(io.get(1, IoStat.WBYTES)).isEqualTo(20);
    assertThat(io.sum(IoStat.RIOS)).isEqualTo(33);
  }

  @Test
  void shouldTakeDevicesThatHaveNoFiguresOfTheirOwn() {
    take("io.stat", "7:2 7:1 7:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n8:0 \n");

    assertThat(statistics.io().devices()).isEqualTo(4);
    assertThat(statistics.io().get(0, IoStat.RBYTES)).isZero();
    assertThat(statistics.io().get(2, IoStat.RBYTES)).isEqualTo(1);
  }

  @Test
  void shouldTakeMoreDevicesThanThereWerePlacesFor() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      text.append("7:").append(i).append(" rbytes=").append(i).append(" wbytes=1\n");
    }

    take("io.stat", text.toString());

    assertThat(statistics.io().devices()).isEqualTo(200);
    assertThat(statistics.io().get(199, IoStat.RBYTES)).isEqualTo(199);
    assertThat(statistics.io().sum(IoStat.WBYTES)).isEqualTo(200);
  }

  @Test
  void shouldTakePressureInHundredths() {
    take(
        "memory.pressure",
        """
        some avg10=12.34 avg60=0.05 avg300=100.00 total=123456789
        full avg10=1.00 avg60=2.00 avg300=3.00 total=4
        """);

    assertThat(statistics.memoryPressure().some().average10()).isEqualTo(1234);
    assertThat(statistics.memoryPressure().some().average60()).isEqualTo(5);
    assertThat(statistics.memoryPressure().some().average300()).isEqualTo(10_000);
    assertThat(statistics.memoryPressure().some().totalMicros()).isEqualTo(123456789);
    assertThat(statistics.memoryPressure().full().totalMicros()).isEqualTo(4);
    assertThat(statistics.cpuPressure().some().totalMicros()).isEqualTo(CgroupStatistics.ABSENT);
  }

  @Test
  void shouldEndAtTheEndOfATextThatIsCutShort() {
    for (String text :
        new String[] {"", "u", "usage_usec", "usage_usec ", "usage_usec 1", "\n\n", " \n1:"}) {
      take("cpu.stat", text);
      take("io.stat", text);
      take("cpu.pressure", text);
      take("memory.current", text);
    }
    assertThat(statistics.io().devices()).isEqualTo(1);
  }
}
