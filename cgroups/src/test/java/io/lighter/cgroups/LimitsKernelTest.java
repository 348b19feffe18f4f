package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.testing.KernelTest;
import io.lighter.testing.LeavesNothing;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Limits on a kernel that has the controllers in its one tree. */
@KernelTest
@LeavesNothing(cgroups = TestTree.NAME)
class LimitsKernelTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final long MIB = 1L << 20;

  @Test
  void shouldFindAllControllersInOneTree() {
    CgroupTree tree = CgroupTree.locate(Linux.kernel());

    assertThat(tree.mountPoint()).isEqualTo("/sys/fs/cgroup");
    assertThat(tree.hybrid()).isFalse();
    assertThat(tree.controllers())
        .contains(Controller.CPU, Controller.IO, Controller.MEMORY, Controller.PIDS);
  }

  @Test
  void shouldEnableControllersInEveryCgroupOnTheWayDown() {
    try (TestTree tree = TestTree.make();
        Cgroup middle = tree.top().create("middle");
        Cgroup leaf = middle.create("leaf", List.of(PidsSettings.max(7), CpuSettings.weight(50)))) {
      assertThat(tree.top().read("cgroup.subtree_control")).contains("cpu").contains("pids");
      assertThat(middle.read("cgroup.subtree_control")).doesNotContain("memory");
      assertThat(leaf.read("pids.max")).isEqualTo("7\n");
      assertThat(leaf.read("cpu.weight")).isEqualTo("50\n");
    }
  }

  @Test
  void shouldNameTheProcessThatIsInTheWayOfControllersBelow() {
    try (TestTree tree = TestTree.make();
        Cgroup middle = tree.top().create("middle");
        ShellIn shell = ShellIn.sleep(middle)) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> middle.create("leaf", List.of(MemorySettings.max(MIB))))
          .withMessageContaining("cannot enable '+memory'")
          .withMessageContaining(middle.path())
          .withMessageContaining(shell.pid() + " (sleep)")
          .matches(e -> e.errno() == Errno.EBUSY);
    }
  }

  @Test
  void shouldSayWhyACgroupWithControllersBelowTakesNoProcess() {
    try (TestTree tree = TestTree.make();
        Cgroup from = tree.top().create("from");
        Cgroup to = tree.top().create("to");
        ShellIn shell = ShellIn.sleep(from)) {
      to.enable(Set.of(Controller.MEMORY));

      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> to.add(shell.pid()))
          .withMessageContaining("controllers are enabled for its children");
    }
  }

  @Test
  void shouldSetWhatTheKernelThenShows() {
    try (TestTree tree = TestTree.make();
        Cgroup cgroup =
            tree.top()
                .create(
                    "a",
                    List.of(
                        CpuSettings.weightNice(5),
                        CpuSettings.max(20_000, 50_000),
                        CpuSettings.maxBurst(10_000),
                        MemorySettings.min(MIB),
                        MemorySettings.low(2 * MIB),
                        MemorySettings.high(3 * MIB),
                        MemorySettings.max(4 * MIB),
                        MemorySettings.swapMax(5 * MIB).ifPresent(),
                        MemorySettings.swapHigh(6 * MIB).ifPresent(),
                        MemorySettings.zswapMax(7 * MIB).ifPresent(),
                        MemorySettings.oomGroup(true),
                        PidsSettings.max(Setting.UNLIMITED)))) {
      assertThat(cgroup.read("cpu.weight.nice")).isEqualTo("5\n");
      assertThat(cgroup.read("cpu.max")).isEqualTo("20000 50000\n");
      assertThat(cgroup.read("cpu.max.burst")).isEqualTo("10000\n");
      assertThat(cgroup.read("memory.min")).isEqualTo(MIB + "\n");
      assertThat(cgroup.read("memory.low")).isEqualTo(2 * MIB + "\n");
      assertThat(cgroup.read("memory.high")).isEqualTo(3 * MIB + "\n");
      assertThat(cgroup.read("memory.max")).isEqualTo(4 * MIB + "\n");
      assertThat(cgroup.read("memory.oom.group")).isEqualTo("1\n");
      assertThat(cgroup.read("pids.max")).isEqualTo("max\n");
    }
  }

  @Test
  void shouldSetIdlenessAndTakeItBack() {
    try (TestTree tree = TestTree.make();
        Cgroup cgroup =
            tree.top().create("a", List.of(CpuSettings.weight(50), CpuSettings.idle(true)))) {
      assertThat(cgroup.read("cpu.idle")).isEqualTo("1\n");

      cgroup.apply(List.of(CpuSettings.idle(false), CpuSettings.weight(70)));

      assertThat(cgroup.read("cpu.weight")).isEqualTo("70\n");
    }
  }

  @Test
  void shouldSetQuotaAndBurstWhicheverDependsOnTheOther() {
    try (TestTree tree = TestTree.make();
        Cgroup cgroup =
            tree.top()
                .create(
                    "a", List.of(CpuSettings.maxBurst(40_000), CpuSettings.max(50_000, 100_000)))) {
      assertThat(cgroup.read("cpu.max.burst")).isEqualTo("40000\n");

      cgroup.apply(List.of(CpuSettings.max(10_000, 100_000), CpuSettings.maxBurst(5_000)));

      assertThat(cgroup.read("cpu.max")).isEqualTo("10000 100000\n");
      assertThat(cgroup.read("cpu.max.burst")).isEqualTo("5000\n");
    }
  }

  @Test
  void shouldSayWhatAFileTakesWhenTheKernelRefusesAValue() {
    try (TestTree tree = TestTree.make()) {
      refused(tree, Setting.unified("cpu.weight", "10001"), "it takes 1 to 10000");
      refused(tree, Setting.unified("memory.max", "lots"), "it takes bytes from 0 up, or 'max'");
      refused(tree, Setting.unified("pids.max", "-2"), "it takes 0 to 4194304, or 'max'");
      refused(tree, Setting.unified("cpu.max", "1 100000"), "a quota from 1000 up or 'max'");
      refused(
          tree,
          IoSettings.max(new BlockDevice(4_000, 0), new IoSettings.Rates(1, 1, 1, 1)),
          "there is no such device");
      assertThat(Children.names(tree.top())).isEmpty();
    }
  }

  private static void refused(TestTree tree, Setting setting, String why) {
    assertThatExceptionOfType(CgroupException.class)
        .isThrownBy(() -> tree.top().create("refused", List.of(setting)))
        .withMessageContaining("cannot set " + setting)
        .withMessageContaining(why)
        .matches(e -> e.errno() != 0);
  }

  @Test
  void shouldSayThatThisKernelLacksAController() {
    try (TestTree tree = TestTree.make()) {
      assumeFalse(tree.top().tree().controllers().contains(Controller.CPUSET), "cpuset is here");
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> tree.top().create("a", List.of(CpusetSettings.cpus("0"))))
          .withMessageContaining("cpuset.cpus: the cgroup v2 tree at /sys/fs/cgroup has no");
    }
  }

  @Test
  void shouldKillTheProcessThatWantsTooMuchMemoryAndTell() {
    try (TestTree tree = TestTree.make();
        Cgroup cgroup =
            tree.top()
                .create(
                    "a",
                    List.of(MemorySettings.max(16 * MIB), MemorySettings.swapMax(0).ifPresent()));
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel());
        CgroupWatch watch = watcher.watch(cgroup);
        ShellIn shell = ShellIn.run(cgroup, "exec tail /dev/zero")) {
      Set<CgroupEvent> told = EnumSet.noneOf(CgroupEvent.class);

      Awaitility.await()
          .atMost(LONG)
          .until(
              () -> {
                watcher.poll(LONG, (_, event) -> told.add(event));
                return told.contains(CgroupEvent.OOM_KILL) && told.contains(CgroupEvent.EMPTY);
              });

      assertThat(shell.await().signal()).isEqualTo(Signals.SIGKILL);
      assertThat(told).contains(CgroupEvent.OOM).doesNotContain(CgroupEvent.OOM_GROUP_KILL);
      assertThat(watch.oomKill()).isEqualTo(1);
      assertThat(watch.oom()).isPositive();
    }
  }

  @Test
  void shouldKillAllTogetherWhenAskedTo() {
    CgroupStatistics statistics = new CgroupStatistics();
    try (TestTree tree = TestTree.make();
        Cgroup cgroup =
            tree.top()
                .create(
                    "a",
                    List.of(
                        MemorySettings.max(16 * MIB),
                        MemorySettings.swapMax(0).ifPresent(),
                        MemorySettings.oomGroup(true)));
        StatisticsReader reader = cgroup.statistics(Set.of(StatisticsPart.MEMORY_EVENTS));
        ShellIn bystander = ShellIn.sleep(cgroup);
        ShellIn greedy = ShellIn.run(cgroup, "exec tail /dev/zero")) {
      assertThat(greedy.await().signal()).isEqualTo(Signals.SIGKILL);
      assertThat(bystander.await().signal()).isEqualTo(Signals.SIGKILL);

      reader.read(statistics);
      assertThat(statistics.memoryEvents(MemoryEvent.OOM_GROUP_KILL)).isEqualTo(1);
      assertThat(statistics.memoryEvents(MemoryEvent.OOM_KILL)).isGreaterThanOrEqualTo(1);
    }
  }

  @Test
  void shouldKeepTheNumberOfProcessesDown() {
    CgroupStatistics statistics = new CgroupStatistics();
    try (TestTree tree = TestTree.make();
        Cgroup cgroup = tree.top().create("a", List.of(PidsSettings.max(3)));
        StatisticsReader reader = cgroup.statistics(Set.of(StatisticsPart.PIDS));
        ShellIn shell =
            ShellIn.run(cgroup, "sleep 1000 & sleep 1000 & sleep 1000 & sleep 1000 & wait")) {
      // The shell cannot fork the third and ends; until then there are never more than three.
      assertThat(shell.await().code()).isNotZero();

      reader.read(statistics);
      assertThat(statistics.pidsCurrent()).isEqualTo(2);
      assertThat(cgroup.read("pids.events")).contains("max 1");
      cgroup.kill();
    }
  }

  @Test
  void shouldSlowAProcessThatUsesUpItsQuota() {
    CgroupStatistics statistics = new CgroupStatistics();
    try (TestTree tree = TestTree.make();
        Cgroup cgroup = tree.top().create("a", List.of(CpuSettings.max(5_000, 20_000)));
        StatisticsReader reader = cgroup.statistics(Set.of(StatisticsPart.CPU));
        ShellIn shell = ShellIn.run(cgroup, "while :; do :; done")) {
      Awaitility.await()
          .atMost(LONG)
          .until(
              () -> {
                reader.read(statistics);
                return statistics.cpu(CpuStat.NR_THROTTLED) > 5;
              });

      assertThat(statistics.cpu(CpuStat.NR_PERIODS))
          .isGreaterThanOrEqualTo(statistics.cpu(CpuStat.NR_THROTTLED));
      assertThat(statistics.cpu(CpuStat.THROTTLED_USEC)).isPositive();
      assertThat(shell.pid()).isPositive();
    }
  }

  @Test
  void shouldReadEveryFigureWithoutGarbage() {
    CgroupStatistics statistics = new CgroupStatistics();
    try (TestTree tree = TestTree.make()) {
      tree.top()
          .enable(EnumSet.of(Controller.CPU, Controller.IO, Controller.MEMORY, Controller.PIDS));
      try (Cgroup cgroup = tree.top().create("a");
          StatisticsReader reader = cgroup.statistics(EnumSet.allOf(StatisticsPart.class));
          ShellIn shell =
              ShellIn.run(
                  cgroup, "x=$(head -c 1000000 /dev/zero | tr '\\0' x); read y < /dev/zero")) {
        Awaitility.await()
            .atMost(LONG)
            .until(() -> reader.read(statistics) && statistics.memory(MemoryStat.ANON) > MIB);

        assertThat(statistics.memoryCurrent())
            .isBetween(statistics.memory(MemoryStat.ANON), Long.MAX_VALUE - 1);
        assertThat(statistics.memoryPeak()).isGreaterThanOrEqualTo(statistics.memoryCurrent());
        assertThat(statistics.memory(MemoryStat.INACTIVE_FILE)).isNotNegative();
        assertThat(statistics.memory(MemoryStat.PGFAULT)).isPositive();
        assertThat(statistics.memory(MemoryStat.SLAB)).isNotNegative();
        assertThat(statistics.cpu(CpuStat.USAGE_USEC)).isPositive();
        assertThat(statistics.pidsCurrent()).isPositive();
        assertThat(Allocation.ofReading(reader, statistics)).isZero();
        assertThat(shell.pid()).isPositive();
      }
    }
  }
}
