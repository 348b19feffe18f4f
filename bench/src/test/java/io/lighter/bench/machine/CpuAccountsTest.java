package io.lighter.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose processor time is whose. */
class CpuAccountsTest {
  private static final String STAT =
      "%d (a (b) c) S %d 1 1 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 100 1 1";

  @Test
  void shouldCountProcessesOfOthersWithTheirChildren() {
    assertThat(OtherCpu.foreign(77, STAT.formatted(77, 1))).isEqualTo(1_000_000);
  }

  @Test
  void shouldNotCountThreadsOfTheKernel() {
    assertThat(OtherCpu.foreign(2, STAT.formatted(2, 0))).isZero();
    assertThat(OtherCpu.foreign(14, STAT.formatted(14, 2))).isZero();
  }

  @Test
  void shouldTellTheShareOfAllProcessors() {
    assertThat(OtherCpu.share(100_000, 1_000_000, 2)).isEqualTo(0.05);
    assertThat(OtherCpu.share(-10_000, 1_000_000, 2)).isZero();
    assertThat(OtherCpu.share(9_000_000, 1_000_000, 2)).isEqualTo(1);
  }

  @Test
  void shouldLookAtThisMachine() throws IOException {
    assertThat(OtherCpu.start().share()).isBetween(0.0, 1.0);
  }

  @Test
  void shouldReadMemoryThatIsNoFiles() throws IOException {
    assertThat(ProcessTree.anonymous(List.of("Rss:  900 kB", "Anonymous:    512 kB")))
        .isEqualTo(512 * 1024);
    assertThat(ProcessTree.anonymousBytes(ProcessHandle.current())).isGreaterThan(1 << 20);
    assertThat(ProcessTree.cpuMicros(ProcessHandle.current())).isPositive();
  }
}
