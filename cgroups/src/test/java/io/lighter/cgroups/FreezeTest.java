package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.SystemCall;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class FreezeTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void shouldStopAndContinueAllProcessesBelow(@TempDir Path folder) throws IOException {
    Path count = folder.resolve("count");
    try (TestTree tree = TestTree.make();
        Cgroup below = tree.top().create("below");
        ShellIn shell =
            ShellIn.run(below, "while :; do echo x >> " + count + "; sleep 0.01; done")) {
      Awaitility.await().atMost(LONG).until(() -> Files.exists(count));

      tree.top().freeze(LONG);

      assertThat(below.frozen()).isTrue();
      long frozenAt = Files.size(count);
      tree.top().thaw();
      Awaitility.await().atMost(LONG).until(() -> Files.size(count) > frozenAt);
      assertThat(below.frozen()).isFalse();
      assertThat(shell.pid()).isPositive();
    }
  }

  @Test
  void shouldFreezeACgroupWithoutProcesses() {
    try (TestTree tree = TestTree.make()) {
      tree.top().freeze(LONG);
      assertThat(tree.top().read("cgroup.freeze")).isEqualTo("1\n");
      tree.top().thaw();
    }
  }

  @Test
  void shouldThawAndNameTheProcessesWhenFreezingTakesTooLong() {
    // The kernel is asked, but the answer 'frozen' never comes: as with a process in state D.
    InterceptedCalls calls =
        new InterceptedCalls((call, path) -> call == SystemCall.PREAD64 ? Errno.ENODEV : 0);
    try (TestTree tree = TestTree.over(calls);
        ShellIn shell = ShellIn.sleep(tree.top())) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> tree.top().freeze(Duration.ofMillis(50)))
          .withMessageContaining("did not freeze within 50 ms and runs again")
          .withMessageContaining(shell.pid() + " (sleep)");
      assertThat(tree.top().read("cgroup.freeze")).isEqualTo("0\n");
    }
  }

  @Test
  void shouldRefuseToFreezeTheRoot() {
    try (Cgroup root = CgroupTree.locate(Linux.kernel()).root()) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> root.freeze(LONG))
          .withMessageContaining("root");
    }
  }
}
