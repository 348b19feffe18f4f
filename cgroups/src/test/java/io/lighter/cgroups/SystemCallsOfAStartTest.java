package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many system calls the cgroup of one container costs: two to make it, three a setting. */
@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class SystemCallsOfAStartTest {
  // Files that every kernel has whatever its controllers: the number of calls is the same for all.
  private static final List<Setting> SETTINGS =
      List.of(
          Setting.unified("cgroup.max.depth", "5"), Setting.unified("cgroup.max.descendants", "9"));

  @Test
  void shouldMakeLimitAndRemoveACgroupByTenCalls() {
    InterceptedCalls calls = new InterceptedCalls();
    try (TestTree tree = TestTree.over(calls)) {
      calls.drain();

      try (Cgroup cgroup = tree.top().create("a", SETTINGS)) {
        cgroup.remove(Duration.ZERO);
      }

      assertThat(calls.drain())
          .containsExactly(
              "mkdirat a",
              "openat a",
              "openat cgroup.max.depth",
              "write",
              "close",
              "openat cgroup.max.descendants",
              "write",
              "close",
              "unlinkat ../a",
              "close");
    }
  }

  @Test
  void shouldLookAtTheControllersOnlyOnce() {
    InterceptedCalls calls = new InterceptedCalls();
    try (TestTree tree = TestTree.over(calls)) {
      if (!tree.top().tree().controllers().contains(Controller.HUGETLB)) {
        return;
      }
      List<Setting> huge = List.of(HugetlbSettings.max("2MB", 0));
      try (HandedDown _ = HandedDown.byTheRoot(Controller.HUGETLB)) {
        tree.top().create("first", huge).close();
        calls.drain();
        tree.top().create("second", huge).close();

        assertThat(calls.drain())
            .containsExactly(
                "mkdirat second",
                "openat second",
                "openat hugetlb.2MB.max",
                "write",
                "close",
                "close");
      }
    }
  }
}
