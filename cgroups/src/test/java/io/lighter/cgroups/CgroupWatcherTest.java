package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.lighter.linux.Linux;
import io.lighter.linux.Polling;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class CgroupWatcherTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final List<String> told = new ArrayList<>();
  private final CgroupListener listener =
      (watch, event) ->
          told.add(event + " " + watch.path().substring(1 + watch.path().lastIndexOf('/')));

  @Test
  void shouldTellTheFirstProcessAndTheLast() {
    try (TestTree tree = TestTree.make();
        Cgroup a = tree.top().create("a");
        Cgroup b = tree.top().create("b");
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel());
        CgroupWatch ofA = watcher.watch(a);
        CgroupWatch ofB = watcher.watch(b)) {
      assertThat(watcher.poll(Duration.ZERO, listener)).isZero();

      try (ShellIn shell = ShellIn.sleep(a)) {
        assertThat(watcher.poll(LONG, listener)).isEqualTo(1);
        assertThat(ofA.populated()).isTrue();
        assertThat(ofB.populated()).isFalse();
        assertThat(shell.pid()).isPositive();
      }
      assertThat(watcher.poll(LONG, listener)).isEqualTo(1);

      assertThat(told).containsExactly("POPULATED a", "EMPTY a");
      assertThat(ofA.populated()).isFalse();
      assertThat(watcher.poll(Duration.ZERO, listener)).isZero();
    }
  }

  @Test
  void shouldTellFreezingAndThawing() {
    try (TestTree tree = TestTree.make();
        Cgroup a = tree.top().create("a");
        ShellIn shell = ShellIn.sleep(a);
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel());
        CgroupWatch watch = watcher.watch(a)) {
      assertThat(watch.populated()).as("what is so already").isTrue();

      a.freeze(LONG);
      watcher.poll(LONG, listener);
      assertThat(watch.frozen()).isTrue();
      a.thaw();
      watcher.poll(LONG, listener);

      assertThat(told).containsExactly("FROZEN a", "THAWED a");
      assertThat(shell.pid()).isPositive();
    }
  }

  @Test
  void shouldHaveADescriptorThatOthersCanWaitFor() {
    try (TestTree tree = TestTree.make();
        Cgroup a = tree.top().create("a");
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel());
        CgroupWatch _ = watcher.watch(a)) {
      Polling polling = new Polling(Linux.kernel());
      assertThat(polling.poll(watcher.fd(), Polling.POLLIN, 0)).isZero();

      try (ShellIn _ = ShellIn.run(a, "exit 0")) {
        assertThat(polling.poll(watcher.fd(), Polling.POLLIN, 20_000)).isEqualTo(Polling.POLLIN);
      }
    }
  }

  @Test
  void shouldTellNothingOfAWatchThatIsClosed() {
    try (TestTree tree = TestTree.make();
        Cgroup a = tree.top().create("a");
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel())) {
      watcher.watch(a).close();
      try (ShellIn shell = ShellIn.run(a, "exit 0")) {
        shell.await();
      }

      assertThat(watcher.poll(Duration.ofMillis(50), listener)).isZero();
      assertThat(told).isEmpty();
    }
  }

  @Test
  void shouldTellFromAThreadOfItsOwnUntilItIsClosed() throws InterruptedException {
    BlockingQueue<CgroupEvent> events = new LinkedBlockingQueue<>();
    Thread thread;
    try (TestTree tree = TestTree.make();
        Cgroup a = tree.top().create("a");
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel())) {
      thread = watcher.start("cgroup events", (watch, event) -> events.add(event));
      assertThatIllegalStateException().isThrownBy(() -> watcher.start("another", listener));
      try (CgroupWatch _ = watcher.watch(a);
          ShellIn shell = ShellIn.run(a, "exit 0")) {
        shell.await();
        CgroupEvent last = events.poll(20, TimeUnit.SECONDS);
        while (last != CgroupEvent.EMPTY) {
          assertThat(last).isEqualTo(CgroupEvent.POPULATED);
          last = events.poll(20, TimeUnit.SECONDS);
        }
      }
    }
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void shouldRefuseToWatchTheRoot() {
    try (Cgroup root = CgroupTree.locate(Linux.kernel()).root();
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel())) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> watcher.watch(root))
          .withMessageContaining("root");
    }
  }

  @Test
  void shouldTellPressure() {
    List<ShellIn> shells = new ArrayList<>();
    try (TestTree tree = TestTree.make();
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel());
        PressureTrigger trigger =
            tree.top()
                .onPressure(
                    PressureTrigger.Resource.CPU,
                    Pressure.Share.SOME,
                    Duration.ofMillis(10),
                    Duration.ofSeconds(2));
        CgroupWatch watch = watcher.watch(tree.top())) {
      watch.add(trigger);
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 1; i++) {
        shells.add(ShellIn.run(tree.top(), "while :; do :; done"));
      }
      watcher.poll(LONG, listener);
      told.clear();

      watcher.poll(Duration.ofSeconds(30), listener);

      assertThat(told).contains("CPU_PRESSURE " + tree.top().name());
      shells.forEach(ShellIn::close);
    }
  }

  @Test
  void shouldTellTheEndOfAProcessThatCameAndWentBetweenTwoLooks() {
    try (TestTree tree = TestTree.make();
        Cgroup a = tree.top().create("a");
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel());
        CgroupWatch _ = watcher.watch(a)) {
      try (ShellIn shell = ShellIn.run(a, "exit 0")) {
        shell.await();
      }

      watcher.poll(LONG, listener);

      assertThat(told).containsExactly("EMPTY a");
    }
  }

  @Test
  void shouldTellTheEndEvenWhenTheCgroupIsGoneBeforeTheLook() {
    try (TestTree tree = TestTree.make();
        Cgroup a = tree.top().create("a");
        CgroupWatcher watcher = new CgroupWatcher(Linux.kernel());
        CgroupWatch watch = watcher.watch(a)) {
      try (ShellIn shell = ShellIn.run(a, "exit 0")) {
        shell.await();
      }
      a.remove(LONG);

      watcher.poll(LONG, listener);

      assertThat(told).containsExactly("EMPTY a");
      assertThat(watch.populated()).isFalse();
      assertThat(watcher.poll(Duration.ZERO, listener)).isZero();
    }
  }
}
