package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lighter.linux.Errno;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class PressureTest {
  // Two seconds: the shortest window that the kernel gives to who lacks CAP_SYS_RESOURCE.
  private static final Duration WINDOW = Duration.ofSeconds(2);

  @BeforeEach
  void theKernelMeasuresPressure() {
    assumeTrue(Files.isReadable(Path.of("/proc/pressure/cpu")), "no /proc/pressure: psi is off");
  }

  @Test
  void shouldTellWhenProcessesWaitForTheCpu() {
    CgroupStatistics statistics = new CgroupStatistics();
    List<ShellIn> shells = new ArrayList<>();
    try (TestTree tree = TestTree.make();
        PressureTrigger trigger =
            tree.top()
                .onPressure(
                    PressureTrigger.Resource.CPU,
                    Pressure.Share.SOME,
                    Duration.ofMillis(10),
                    WINDOW);
        StatisticsReader reader = tree.top().statistics(Set.of(StatisticsPart.PRESSURE))) {
      assertThat(trigger.await(Duration.ZERO)).isFalse();
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 1; i++) {
        shells.add(ShellIn.run(tree.top(), "while :; do :; done"));
      }

      assertThat(trigger.await(Duration.ofSeconds(30))).isTrue();

      assertThat(reader.read(statistics)).isTrue();
      assertThat(statistics.cpuPressure().some().totalMicros()).isPositive();
      shells.forEach(ShellIn::close);
    }
  }

  @Test
  void shouldTellThatTheCgroupHasBeenRemoved() {
    try (TestTree tree = TestTree.make();
        Cgroup child = tree.top().create("a");
        PressureTrigger trigger =
            child.onPressure(
                PressureTrigger.Resource.MEMORY,
                Pressure.Share.FULL,
                Duration.ofMillis(100),
                WINDOW)) {
      child.remove(Duration.ZERO);

      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> trigger.await(Duration.ofSeconds(20)))
          .withMessageContaining("has been removed");
    }
  }

  @Test
  void shouldRefuseAWindowThatTheKernelDoesNotKnow() {
    try (TestTree tree = TestTree.make()) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  tree.top()
                      .onPressure(
                          PressureTrigger.Resource.IO,
                          Pressure.Share.SOME,
                          Duration.ofSeconds(3),
                          WINDOW))
          .withMessageContaining("3000 ms in 2000 ms");
    }
  }

  @Test
  void shouldSayThatTheKernelMeasuresNoPressure() {
    try (TestTree tree =
        TestTree.over(
            new InterceptedCalls(
                (_, path) -> path.equals("cpu.pressure") ? Errno.EOPNOTSUPP : 0))) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(
              () ->
                  tree.top()
                      .onPressure(
                          PressureTrigger.Resource.CPU,
                          Pressure.Share.SOME,
                          Duration.ofMillis(10),
                          WINDOW))
          .withMessageContaining("boot with psi=1");
    }
  }
}
