package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class KillTest {
  /** A family whose every member makes another before it ends. */
  private static final String FORKS = "f() { sleep 0.001; f & }; f; exec sleep 1000";

  @Test
  void shouldKillAllProcessesBelow() {
    InterceptedCalls calls = new InterceptedCalls();
    try (TestTree tree = TestTree.over(calls)) {
      killAll(tree);
    }
    assertThat(calls.drain()).noneMatch(call -> call.startsWith("pidfd_send_signal"));
  }

  @Test
  void shouldKillOneByOneWhereTheKernelHasNoCgroupKill() {
    InterceptedCalls calls = InterceptedCalls.without("cgroup.kill");
    try (TestTree tree = TestTree.over(calls)) {
      killAll(tree);
    }
    assertThat(calls.faults()).isPositive();
    assertThat(calls.drain()).contains("pidfd_send_signal");
  }

  private static void killAll(TestTree tree) {
    try (Cgroup below = tree.top().create("below");
        ShellIn here = ShellIn.sleep(tree.top());
        ShellIn forks = ShellIn.run(below, FORKS);
        ShellIn deaf = ShellIn.run(below, "trap '' TERM; sleep 1000 & sleep 1000")) {
      tree.top().kill();

      assertThat(here.await().signal()).isEqualTo(Signals.SIGKILL);
      assertThat(forks.await().signal()).isEqualTo(Signals.SIGKILL);
      assertThat(deaf.await().signal()).isEqualTo(Signals.SIGKILL);
      assertThat(tree.top().awaitEmpty(Duration.ofSeconds(20))).isTrue();
      assertThat(tree.top().read("cgroup.freeze")).isEqualTo("0\n");
    }
  }

  @Test
  void shouldKillProcessesThatAreFrozen() {
    for (InterceptedCalls calls :
        new InterceptedCalls[] {new InterceptedCalls(), InterceptedCalls.without("cgroup.kill")}) {
      try (TestTree tree = TestTree.over(calls);
          ShellIn shell = ShellIn.sleep(tree.top())) {
        tree.top().freeze(Duration.ofSeconds(20));

        tree.top().kill();

        assertThat(shell.await().signal()).isEqualTo(Signals.SIGKILL);
      }
    }
  }

  @Test
  void shouldFindNothingToKillInACgroupThatIsEmptyOrGone() {
    for (InterceptedCalls calls :
        new InterceptedCalls[] {new InterceptedCalls(), InterceptedCalls.without("cgroup.kill")}) {
      try (TestTree tree = TestTree.over(calls);
          Cgroup child = tree.top().create("a")) {
        child.kill();
        child.remove(Duration.ZERO);
        child.kill();
      }
    }
  }

  @Test
  void shouldRefuseToKillTheWholeSystem() {
    try (Cgroup root = CgroupTree.locate(Linux.kernel()).root()) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(root::kill)
          .withMessageContaining("whole system");
    }
  }
}
