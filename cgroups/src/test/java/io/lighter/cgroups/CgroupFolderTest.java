package io.lighter.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(cgroups = TestTree.NAME)
class CgroupFolderTest {
  @Test
  void shouldTellWhetherItIsFrozen() {
    try (TestTree tree = TestTree.make()) {
      CgroupFolder folder = Objects.requireNonNull(CgroupFolder.locate(tree.top().path()));
      assertThat(folder.isFrozen()).isFalse();

      tree.top().freeze(Duration.ofSeconds(20));

      assertThat(folder.isFrozen()).isTrue();
    }
  }

  @Test
  void shouldRemoveOnlyWhereNobodyIs() {
    try (TestTree tree = TestTree.make()) {
      CgroupFolder folder = Objects.requireNonNull(CgroupFolder.locate(tree.top().path()));
      try (ShellIn shell = ShellIn.sleep(tree.top())) {
        assertThat(folder.removeIfEmpty()).isFalse();
        assertThat(shell.pid()).isPositive();
      }
      assertThat(tree.top().awaitEmpty(Duration.ofSeconds(20))).isTrue();

      assertThat(folder.removeIfEmpty()).isTrue();

      assertThat(Files.exists(folder.folder())).isFalse();
      assertThat(folder.removeIfEmpty()).isTrue();
      assertThat(folder.isFrozen()).isFalse();
    }
  }
}
