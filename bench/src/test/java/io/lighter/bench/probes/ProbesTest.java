package io.lighter.bench.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.bench.TestMounts;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.Project;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two containers for a second. */
@RequiresRoot
@RequiresTool("gcc")
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@Timeout(120)
class ProbesTest {
  @TempDir Path folder;

  @Test
  @LeavesNothing(cgroups = "lighter-bench")
  void shouldProbeContainersOfOurs() throws Exception {
    Path sources = Project.locate().root().resolve("bench/src/main/c");
    try (Workspace workspace = Workspace.prepare(folder, sources, TestMounts.cgroup())) {
      Probes probes = new Probes(workspace, new FixedSchedule(2, 1, 2));

      assertThat(probes.ours().times().count()).isEqualTo(2);
    }
  }
}
