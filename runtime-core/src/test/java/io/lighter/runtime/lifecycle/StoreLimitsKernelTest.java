package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.Linux;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.testing.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of a container of a store, on a kernel that has the controllers. */
@KernelTest
class StoreLimitsKernelTest {
  @TempDir private Path folder;
  private Created created;

  /** Without a limit of its own. */
  @BeforeEach
  void create() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("rootfs/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("sleep"));
    for (String name : List.of("proc", "sys", "dev", "etc", "tmp")) {
      Files.createDirectory(folder.resolve("rootfs").resolve(name));
    }
    SpecWriter.write(
        DefaultContainer.of(new Root("rootfs", false), List.of("sleep", "600"), null),
        folder.resolve("config.json"));
    try (Stdio stdio = Stdio.discard()) {
      created =
          ContainerStore.open(folder.resolve("store"))
              .create("c", Bundle.open(folder), CreateOptions.of(stdio));
    }
  }

  @AfterEach
  void delete() {
    try (Created c = created) {
      c.container().delete(true);
      Linux.kernel().processes().waitFor(c.process());
    }
  }

  private String read(String file) {
    try (Cgroup cgroup = Objects.requireNonNull(created.container().cgroup())) {
      return Objects.requireNonNull(cgroup.read(file), file + " is missing").strip();
    }
  }

  private void update(Consumer<Cpu.Draft> change) {
    created.container().update(Resources.NONE.with(r -> r.cpu = Cpu.NONE.with(change)));
  }

  @Test
  void shouldCountWhatHasNoLimits() {
    created.container().start();

    assertThat(Long.parseLong(read("memory.current"))).isPositive();
    assertThat(read("pids.current")).isEqualTo("1");
    assertThat(read("io.stat")).isNotNull();
  }

  @Test
  void shouldChangeTheLimitsOfWhatRuns() {
    created.container().start();

    created
        .container()
        .update(Resources.NONE.with(r -> r.memory = Memory.NONE.with(m -> m.limit = 64L << 20)));
    assertThat(read("memory.max")).isEqualTo(String.valueOf(64L << 20));

    update(
        c -> {
          c.quota = 20_000L;
          c.period = 50_000L;
        });
    assertThat(read("cpu.max")).isEqualTo("20000 50000");
    update(c -> c.quota = 30_000L);
    assertThat(read("cpu.max")).isEqualTo("30000 50000");
    update(c -> c.period = 60_000L);
    assertThat(read("cpu.max")).isEqualTo("30000 60000");
    update(c -> c.quota = -1L);
    assertThat(read("cpu.max")).isEqualTo("max 60000");
    Resources stored = created.container().spec().linuxOrEmpty().resources();
    assertThat(stored)
        .isEqualTo(
            Resources.NONE.with(
                r -> {
                  r.memory = Memory.NONE.with(m -> m.limit = 64L << 20);
                  r.cpu =
                      Cpu.NONE.with(
                          c -> {
                            c.quota = -1L;
                            c.period = 60_000L;
                          });
                }));
  }
}
