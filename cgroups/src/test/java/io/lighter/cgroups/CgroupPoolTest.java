package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class CgroupPoolTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final List<RuntimeException> failures = new ArrayList<>();
  private final Queue<Runnable> background = new ArrayDeque<>();

  private CgroupPool pool(Cgroup parent, int capacity) {
    return new CgroupPool(parent, Set.of(), capacity, background::add, failures::add);
  }

  private void runBackground() {
    for (Runnable task = background.poll(); task != null; task = background.poll()) {
      task.run();
    }
  }

  @Test
  void shouldHandOutACgroupWithoutASystemCall() {
    InterceptedCalls calls = new InterceptedCalls();
    try (TestTree tree = TestTree.over(calls);
        CgroupPool pool = pool(tree.top(), 4)) {
      runBackground();
      assertThat(pool.ready()).isEqualTo(4);
      calls.drain();

      try (Cgroup cgroup = pool.take()) {
        assertThat(calls.drain()).isEmpty();
        assertThat(cgroup.read("cgroup.procs")).isEmpty();
      }
      assertThat(pool.ready()).isEqualTo(3);
    }
  }

  @Test
  void shouldMakeOneAtOnceWhenNoneIsReady() {
    try (TestTree tree = TestTree.make();
        CgroupPool pool = pool(tree.top(), 2);
        Cgroup cgroup = pool.take()) {
      assertThat(cgroup.populated()).isFalse();
      runBackground();
      assertThat(pool.ready()).isEqualTo(2);
    }
  }

  @Test
  void shouldRemoveUsedOnesInTheBackgroundAndNeverHandThemOutAgain() {
    try (TestTree tree = TestTree.make();
        CgroupPool pool = pool(tree.top(), 2)) {
      runBackground();
      Cgroup cgroup = pool.take();
      pool.discard(cgroup, LONG);
      runBackground();

      assertThat(tree.top().openIfExists(cgroup.name())).isNull();
      for (int i = 0; i < 4; i++) {
        try (Cgroup other = pool.take()) {
          assertThat(other.name()).isNotEqualTo(cgroup.name());
        }
      }
      assertThat(failures).isEmpty();
    }
  }

  @Test
  void shouldReportWhatCannotBeRemoved() {
    try (TestTree tree = TestTree.make();
        CgroupPool pool = pool(tree.top(), 1)) {
      Cgroup cgroup = pool.take();
      try (ShellIn shell = ShellIn.sleep(cgroup)) {
        pool.discard(cgroup, Duration.ZERO);
        runBackground();

        assertThat(failures).singleElement().asString().contains(shell.pid() + " (sleep)");
      }
    }
  }

  @Test
  void shouldDiscardACgroupWhoseSettingsAreRefused() {
    try (TestTree tree = TestTree.make();
        CgroupPool pool = pool(tree.top(), 1)) {
      runBackground();

      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> pool.take(List.of(Setting.unified("cgroup.max.depth", "deep"))))
          .withMessageContaining("cgroup.max.depth=deep");
      runBackground();

      assertThat(Children.names(tree.top())).hasSize(pool.ready());
    }
  }

  @Test
  void shouldLeaveNothingReadyWhenItIsClosed() {
    try (TestTree tree = TestTree.make()) {
      CgroupPool pool = pool(tree.top(), 3);
      runBackground();
      pool.close();

      assertThat(Children.names(tree.top())).isEmpty();
      assertThatIllegalStateException().isThrownBy(pool::take);
      runBackground();
      assertThat(Children.names(tree.top())).isEmpty();
    }
  }

  @Test
  void shouldSweepWhatAKilledProcessLeftButNothingElse() {
    try (TestTree tree = TestTree.make();
        Cgroup own = tree.top().create("own");
        Cgroup stays = tree.top().create("ready-stays");
        Cgroup busy = tree.top().create("ready-busy");
        Cgroup left = tree.top().create("ready-left");
        ShellIn shell = ShellIn.sleep(busy)) {
      CgroupPool.sweep(tree.top(), Set.of(stays.name()));

      assertThat(Children.names(tree.top()))
          .containsExactlyInAnyOrder(own.name(), stays.name(), busy.name())
          .doesNotContain(left.name());
      assertThat(shell.pid()).isPositive();
    }
  }

  @Test
  void shouldServeManyThreadsWithoutHandingOutOneTwice() throws Exception {
    int threads = 8;
    int each = 25;
    Set<String> names = new HashSet<>();
    try (TestTree tree = TestTree.make();
        ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      try (CgroupPool pool = new CgroupPool(tree.top(), Set.of(), 16, executor, failures::add)) {
        List<Future<List<String>>> taken =
            executor.invokeAll(
                Collections.nCopies(threads, (Callable<List<String>>) () -> take(pool, each)));
        for (Future<List<String>> future : taken) {
          names.addAll(future.get());
        }
      }
      executor.shutdown();
      assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      assertThat(names).hasSize(threads * each);
      assertThat(failures).isEmpty();
      assertThat(Children.names(tree.top())).isEmpty();
    }
  }

  private static List<String> take(CgroupPool pool, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Cgroup cgroup = pool.take();
      names.add(cgroup.name());
      pool.discard(cgroup, LONG);
    }
    return names;
  }
}
