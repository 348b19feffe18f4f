package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a host where cgroup v1 has the controllers. */
@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class HybridHostTest {
  private final CgroupTree tree = CgroupTree.locate(Linux.kernel());

  @BeforeEach
  void memoryIsElsewhere() {
    assumeTrue(tree.elsewhere().contains(Controller.MEMORY), "memory is not in cgroup v1");
  }

  @Test
  void shouldTellWhichControllersAreElsewhere() {
    assertThat(tree.hybrid()).isTrue();
    assertThat(tree.controllers()).doesNotContainAnyElementsOf(tree.elsewhere());
  }

  @Test
  void shouldRefuseALimitWhoseControllerIsElsewhereBeforeAnythingIsMade() {
    InterceptedCalls calls = new InterceptedCalls();
    try (TestTree test = TestTree.over(calls)) {
      calls.drain();

      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(
              () ->
                  test.top()
                      .create("a", List.of(PidsSettings.max(1), MemorySettings.max(64L << 20))))
          .withMessageStartingWith("pids.max: the controller pids is mounted as cgroup v1 at /")
          .withMessageContaining("systemd.unified_cgroup_hierarchy=1 (or cgroup_no_v1=all)")
          .withMessageEndingWith("leave the limit out");
      assertThat(calls.drain()).isEmpty();
    }
  }

  @Test
  void shouldRefuseItInAnExistingCgroupToo() {
    try (TestTree test = TestTree.make()) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> test.top().apply(Setting.unified("memory.high", "1M")))
          .withMessageContaining("memory.high=1M")
          .withMessageContaining("is mounted as cgroup v1");
    }
  }

  @Test
  void shouldSayThatTheKernelLacksAController() {
    assumeTrue(
        !tree.controllers().contains(Controller.MISC)
            && !tree.elsewhere().contains(Controller.MISC),
        "the machine has the controller misc");
    assertThatExceptionOfType(CgroupException.class)
        .isThrownBy(() -> tree.check(List.of(MiscSettings.max("sev", 1))))
        .withMessageContaining("has no controller misc");
  }
}
