package io.lighter.bench.density;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.bench.TestMounts;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.DensityData;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.Percentiles;
import io.lighter.bench.report.Project;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three containers are enough to see that it measures. */
@RequiresRoot
@RequiresTool("gcc")
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@Timeout(120)
class DensityTest {
  @TempDir Path folder;

  @Test
  @LeavesNothing(cgroups = "lighter-bench")
  void shouldFillAndAskAndEmpty() throws Exception {
    Path sources = Project.locate().root().resolve("bench/src/main/c");
    DensityData data;
    try (Workspace workspace = Workspace.prepare(folder, sources, TestMounts.cgroup())) {
      // In place of our own command, which a test must not build.
      Path launcher = Path.of("/bin/true");
      data =
          new Density(workspace, launcher, 3, new PrintStream(OutputStream.nullOutputStream()))
              .measure(new Fingerprint(Map.of()), List.of());
    }

    assertThat(data.after().descriptors() - data.before().descriptors()).isEqualTo(3);
    assertThat(data.subjects()).hasSize(2);
    assertThat(data.subjects().getFirst().operations())
        .containsOnlyKeys(DensityData.STATE, DensityData.LIST, DensityData.DELETE);
    assertThat(data.operation("lighter", DensityData.DELETE))
        .isNotNull()
        .extracting(Percentiles::count)
        .isEqualTo(3L);
  }
}
