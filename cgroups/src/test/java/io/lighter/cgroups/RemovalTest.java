package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.linux.Errno;
import io.lighter.linux.Signals;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class RemovalTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private static Path folder(Cgroup cgroup) {
    return Path.of(cgroup.tree().mountPoint() + cgroup.path());
  }

  @Test
  void shouldRemoveAnEmptyCgroupByOneCall() {
    InterceptedCalls calls = new InterceptedCalls();
    try (TestTree tree = TestTree.over(calls);
        Cgroup child = tree.top().create("a")) {
      calls.drain();

      child.remove(Duration.ZERO);

      assertThat(calls.drain()).containsExactly("unlinkat ../a");
      assertThat(Files.exists(folder(child))).isFalse();
    }
  }

  @Test
  void shouldRemoveAllThatIsBelow() {
    try (TestTree tree = TestTree.make();
        Cgroup child = tree.top().create("a");
        Cgroup _ = child.create("b");
        Cgroup c = child.create("c");
        Cgroup _ = c.create("d")) {
      child.remove(Duration.ZERO);

      assertThat(Files.exists(folder(child))).isFalse();
    }
  }

  @Test
  void shouldSleepUntilTheLastProcessIsGone() {
    InterceptedCalls calls = new InterceptedCalls();
    try (TestTree tree = TestTree.over(calls);
        Cgroup child = tree.top().create("a");
        Cgroup below = child.create("b");
        ShellIn first = ShellIn.run(child, "sleep 0.2");
        ShellIn last = ShellIn.run(below, "sleep 0.4")) {
      calls.drain();

      child.remove(LONG);

      assertThat(Files.exists(folder(child))).isFalse();
      // It sleeps, and does not ask again and again.
      assertThat(Collections.frequency(calls.drain(), "ppoll")).isLessThan(5);
      assertThat(first.await().code()).isZero();
      assertThat(last.await().code()).isZero();
    }
  }

  @Test
  void shouldNameTheProcessesThatAreLeft() {
    try (TestTree tree = TestTree.make();
        Cgroup child = tree.top().create("a");
        Cgroup below = child.create("b");
        ShellIn shell = ShellIn.sleep(below)) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> child.remove(Duration.ofMillis(20)))
          .withMessageContaining(child.path())
          .withMessageContaining(shell.pid() + " (sleep)")
          .matches(e -> e.errno() == Errno.EBUSY);
    }
  }

  @Test
  void shouldKillWhatIsInItWhenItIsDestroyed() {
    InterceptedCalls calls = new InterceptedCalls();
    try (TestTree tree = TestTree.over(calls);
        Cgroup empty = tree.top().create("empty");
        Cgroup busy = tree.top().create("busy");
        Cgroup below = busy.create("below");
        ShellIn shell = ShellIn.sleep(below)) {
      calls.drain();
      empty.destroy(Duration.ZERO);
      assertThat(calls.drain()).containsExactly("unlinkat ../empty");

      busy.destroy(LONG);

      assertThat(Files.exists(folder(busy))).isFalse();
      assertThat(shell.await().signal()).isEqualTo(Signals.SIGKILL);
    }
  }

  @Test
  void shouldBeContentWithWhatIsGone() {
    try (TestTree tree = TestTree.make();
        Cgroup child = tree.top().create("a")) {
      child.remove(Duration.ZERO);
      child.remove(Duration.ZERO);
      assertThat(child.awaitEmpty(Duration.ZERO)).isTrue();
    }
  }

  @Test
  void shouldLeaveNothingOfACgroupWhoseSettingsAreRefused() {
    try (TestTree tree = TestTree.make()) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(
              () -> tree.top().create("a", List.of(Setting.unified("cgroup.max.depth", "deep"))))
          .withMessageContaining("cgroup.max.depth=deep")
          .withMessageContaining("EINVAL");

      assertThat(tree.top().openIfExists("a")).isNull();
    }
  }
}
