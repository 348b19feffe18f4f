package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class StatisticsReaderTest {
  private static final Set<StatisticsPart> ALL = EnumSet.allOf(StatisticsPart.class);

  @Test
  void shouldReadWhatTheKernelCounts() {
    CgroupStatistics statistics = new CgroupStatistics();
    try (TestTree tree = TestTree.make();
        StatisticsReader reader = tree.top().statistics(ALL)) {
      assertThat(reader.read(statistics)).isTrue();
      assertThat(statistics.cpu(CpuStat.USAGE_USEC)).isZero();

      try (ShellIn shell =
          ShellIn.run(tree.top(), "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")) {
        shell.await();
      }

      assertThat(reader.read(statistics)).isTrue();
      assertThat(statistics.cpu(CpuStat.USAGE_USEC)).isPositive();
      assertThat(statistics.cpu(CpuStat.USER_USEC)).isNotNegative();
    }
  }

  @Test
  void shouldMakeOneCallAFileAndNoGarbage() {
    InterceptedCalls calls = new InterceptedCalls();
    CgroupStatistics statistics = new CgroupStatistics();
    try (TestTree tree = TestTree.over(calls);
        StatisticsReader reader =
            tree.top().statistics(Set.of(StatisticsPart.CPU, StatisticsPart.PRESSURE))) {
      calls.drain();
      reader.read(statistics);
      assertThat(calls.drain()).containsOnly("pread64").hasSizeLessThanOrEqualTo(4);
    }
    try (TestTree tree = TestTree.make();
        StatisticsReader reader = tree.top().statistics(ALL)) {
      assertThat(Allocation.ofReading(reader, statistics)).isZero();
    }
  }

  @Test
  void shouldReadACgroupWithoutControllers() {
    CgroupStatistics statistics = new CgroupStatistics();
    try (TestTree tree = TestTree.make();
        StatisticsReader reader = tree.top().statistics(ALL)) {
      reader.read(statistics);
      if (!tree.top().tree().controllers().contains(Controller.MEMORY)) {
        assertThat(statistics.memoryCurrent()).isEqualTo(CgroupStatistics.ABSENT);
        assertThat(statistics.memory(MemoryStat.ANON)).isEqualTo(CgroupStatistics.ABSENT);
        assertThat(statistics.io().devices()).isZero();
      }
    }
  }

  @Test
  void shouldTellThatTheCgroupHasBeenRemoved() {
    CgroupStatistics statistics = new CgroupStatistics();
    try (TestTree tree = TestTree.make();
        Cgroup child = tree.top().create("a");
        StatisticsReader reader = child.statistics(ALL)) {
      reader.read(statistics);
      child.remove(Duration.ZERO);

      assertThat(reader.read(statistics)).isFalse();
      assertThat(statistics.cpu(CpuStat.USAGE_USEC)).isEqualTo(CgroupStatistics.ABSENT);
    }
  }
}
