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

/** The one controller that a hybrid host leaves to cgroup v2: limits on the machine itself. */
@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class HugetlbTest {
  @BeforeEach
  void hugetlbIsHere() {
    assumeTrue(
        CgroupTree.locate(Linux.kernel()).controllers().contains(Controller.HUGETLB),
        "hugetlb is not in the v2 tree");
  }

  @Test
  void shouldEnableTheControllerAllTheWayDownAndLimit() {
    try (HandedDown _ = HandedDown.byTheRoot(Controller.HUGETLB);
        TestTree tree = TestTree.make();
        Cgroup middle = tree.top().create("middle");
        Cgroup leaf =
            middle.create(
                "leaf",
                List.of(
                    HugetlbSettings.max("2MB", 4L << 20),
                    HugetlbSettings.reservedMax("2MB", 2L << 20)))) {
      assertThat(tree.top().read("cgroup.subtree_control")).contains("hugetlb");
      assertThat(leaf.read("hugetlb.2MB.max")).isEqualTo("4194304\n");
      assertThat(leaf.read("hugetlb.2MB.rsvd.max")).isEqualTo("2097152\n");

      leaf.apply(HugetlbSettings.max("2MB", Setting.UNLIMITED));

      assertThat(leaf.read("hugetlb.2MB.max")).isEqualTo("max\n");
    }
  }

  @Test
  void shouldSayThatTheMachineHasNoPagesOfThatSize() {
    try (HandedDown _ = HandedDown.byTheRoot(Controller.HUGETLB);
        TestTree tree = TestTree.make()) {
      assertThatExceptionOfType(CgroupException.class)
          .isThrownBy(() -> tree.top().create("a", List.of(HugetlbSettings.max("512MB", 0))))
          .withMessageContaining("hugetlb.512MB.max=0")
          .withMessageContaining("this kernel has no such file");
      assertThat(tree.top().openIfExists("a")).isNull();
    }
  }

  @Test
  void shouldEnableAgainWhatSomebodyElseDisabled() {
    try (HandedDown _ = HandedDown.byTheRoot(Controller.HUGETLB);
        TestTree tree = TestTree.make()) {
      Setting setting = HugetlbSettings.max("2MB", 0);
      tree.top().create("a", List.of(setting)).close();
      tree.top().tree().files().write(tree.top().fd(), "cgroup.subtree_control", "-hugetlb");

      try (Cgroup again = tree.top().create("b", List.of(setting))) {
        assertThat(again.read("hugetlb.2MB.max")).isEqualTo("0\n");
      }
    }
  }
}
