package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class CgroupTest {
  @Test
  void shouldMakeCgroupsInEachOther() {
    try (TestTree tree = TestTree.make();
        Cgroup child = tree.top().create("a");
        Cgroup grandchild = child.create("b")) {
      assertThat(grandchild.path()).isEqualTo(tree.top().path() + "/a/b");
      assertThat(grandchild.name()).isEqualTo("b");
      assertThat(Path.of(grandchild.tree().mountPoint() + grandchild.path())).isDirectory();
    }
  }

  @Test
  void shouldMakeAllThatAPathLiesIn() {
    try (TestTree tree = TestTree.make();
        Cgroup deep = tree.top().tree().create(tree.top().path() + "/a/b/c");
        Cgroup again = tree.top().tree().create(deep.path())) {
      assertThat(again.path()).isEqualTo(tree.top().path() + "/a/b/c");
    }
  }

  @Test
  void shouldRefuseToMakeWhatIsThere() {
    try (TestTree tree = TestTree.make();
        Cgroup child = tree.top().create("a")) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> tree.top().create("a"))
          .withMessageContaining(child.path())
          .withMessageContaining("EEXIST");
    }
  }

  @Test
  void shouldSayThatThereIsNoSuchCgroup() {
    CgroupTree tree = CgroupTree.locate(Linux.kernel());

    assertThatExceptionOfType(CgroupException.class)
        .isThrownBy(() -> tree.open("/no/such/cgroup"))
        .withMessageContaining("/no/such/cgroup");
    assertThat(tree.openIfExists("/no/such/cgroup")).isNull();
  }

  @Test
  void shouldRefuseNamesThatArePaths() {
    try (TestTree tree = TestTree.make()) {
      for (String name : List.of("", ".", "..", "a/b", "a\nb", "x".repeat(256))) {
        assertThatIllegalArgumentException().isThrownBy(() -> tree.top().create(name));
      }
      assertThatIllegalArgumentException().isThrownBy(() -> tree.top().tree().open("/a/../b"));
    }
  }

  @Test
  void shouldSayWhichLimitOfTheTreeKeepsACgroupFromBeingMade() {
    try (TestTree tree = TestTree.make()) {
      tree.top().apply(Setting.unified("cgroup.max.descendants", "0"));

      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> tree.top().create("a"))
          .withMessageContaining("cgroup.max.descendants")
          .withMessageContaining("EAGAIN");
    }
  }

  @Test
  void shouldApplyAnotherSettingWhereTheKernelLacksAFile() {
    try (TestTree tree = TestTree.make();
        Cgroup cgroup = tree.top().create("a")) {
      Setting depth = Setting.unified("cgroup.max.depth", "7");
      Setting missing = Setting.unified("cgroup.no.such", "1");

      cgroup.apply(missing.orElse(depth));
      cgroup.apply(missing.ifPresent());

      assertThat(cgroup.read("cgroup.max.depth")).isEqualTo("7\n");
      assertThat(cgroup.readNumber("cgroup.max.depth")).isEqualTo(7);
      assertThat(cgroup.readNumber("cgroup.max.descendants")).isEqualTo(CgroupStatistics.UNLIMITED);
      assertThat(cgroup.readNumber("no.such")).isEqualTo(CgroupStatistics.ABSENT);
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> cgroup.apply(missing))
          .withMessageContaining("this kernel has no such file");
    }
  }

  @Test
  void shouldHoldTheProcessThatIsBornInIt() {
    try (TestTree tree = TestTree.make();
        Cgroup cgroup = tree.top().create("a");
        ShellIn shell = ShellIn.sleep(cgroup)) {
      assertThat(cgroup.processes()).containsExactly(shell.pid());
      assertThat(cgroup.populated()).isTrue();
      assertThat(tree.top().processes()).isEmpty();
      assertThat(tree.top().populated()).isTrue();
    }
  }

  @Test
  void shouldTakeAProcessThatWasBornElsewhere() {
    try (TestTree tree = TestTree.make();
        Cgroup from = tree.top().create("from");
        Cgroup to = tree.top().create("to");
        ShellIn shell = ShellIn.sleep(from)) {
      to.add(shell.pid());

      assertThat(to.processes()).containsExactly(shell.pid());
      assertThat(from.populated()).isFalse();
    }
  }

  @Test
  void shouldSayThatThereIsNoSuchProcess() {
    try (TestTree tree = TestTree.make()) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> tree.top().add(Integer.MAX_VALUE))
          .withMessageContaining("no such process")
          .matches(e -> e.errno() == Errno.ESRCH);
    }
  }

  @Test
  void shouldListMoreProcessesThanOneReadReturns() {
    int count = 700;
    try (TestTree tree = TestTree.make();
        ShellIn shell =
            ShellIn.run(
                tree.top(),
                "i=1; while [ $i -lt " + count + " ]; do sleep 1000 & i=$((i+1)); done; wait")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> tree.top().processes().size() == count);
      tree.top().kill();
      shell.await();
    }
  }

  @Test
  void shouldOpenTheCgroupOfThisProcess() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
            .filter(l -> l.startsWith("0::"))
            .findFirst()
            .orElseThrow();

    try (Cgroup own = CgroupTree.locate(Linux.kernel()).own()) {
      assertThat("0::" + own.path()).isEqualTo(line);
      assertThat(own.processes()).contains((int) ProcessHandle.current().pid());
    }
  }

  @Test
  void shouldReadAControlFile() {
    try (TestTree tree = TestTree.make()) {
      assertThat(tree.top().read("cgroup.events")).contains("populated 0\n");
      assertThat(tree.top().read("no.such")).isNull();
    }
  }

  @Test
  void shouldNotMistakeANewCgroupForTheOneThatHadItsName() {
    try (TestTree tree = TestTree.make();
        Cgroup old = tree.top().create("a")) {
      old.remove(Duration.ZERO);
      try (Cgroup fresh = tree.top().create("a");
          ShellIn shell = ShellIn.sleep(fresh)) {
        assertThat(old.processes()).isEmpty();
        assertThat(old.populated()).isFalse();
        assertThatExceptionOfType(CgroupException.class).isThrownBy(() -> old.add(shell.pid()));
        old.kill();
        assertThat(fresh.processes()).containsExactly(shell.pid());
      }
    }
  }

  @Test
  void shouldNameTheProcessThatKeepsControllersFromBeingEnabled() {
    try (TestTree tree = TestTree.make();
        ShellIn shell = ShellIn.sleep(tree.top())) {
      Set<Controller> controllers = tree.top().tree().controllers();
      assumeFalse(controllers.isEmpty(), "no controller is in the v2 tree");
      Controller controller = controllers.iterator().next();
      try (HandedDown _ = HandedDown.byTheRoot(controller)) {
        assertThatExceptionOfType(CgroupException.class)
            .isThrownBy(() -> tree.top().enable(Set.of(controller)))
            .withMessageContaining(shell.pid() + " (sleep)")
            .withMessageContaining("move them into a child")
            .matches(e -> e.errno() == Errno.EBUSY);
      }
    }
  }
}
