package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.StartException;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.testing.KernelTest;
import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits that are too small for what a container needs before its command runs. Until then its
 * first process has the memory of this JVM, and whoever kills it for want of memory kills that.
 */
@KernelTest
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class TinyMemoryKernelTest {
  private final Linux linux = Linux.kernel();
  @TempDir private Path folder;
  private ContainerStore store;

  @BeforeEach
  void prepare() throws IOException {
    store = ContainerStore.open(folder.resolve("store"));
    Path bin = Files.createDirectories(folder.resolve("bundle/rootfs/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    Files.setPosixFilePermissions(
        bin.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(bin.resolve("true"), Path.of("busybox"));
    Files.createSymbolicLink(bin.resolve("dd"), Path.of("busybox"));
    for (String name : List.of("proc", "sys", "dev", "etc", "tmp")) {
      Files.createDirectory(folder.resolve("bundle/rootfs").resolve(name));
    }
  }

  private Bundle bundle(long limit, String... command) throws IOException {
    Spec spec = DefaultContainer.of(new Root("rootfs", false), List.of(command), null);
    Memory memory = Memory.NONE.with(m -> m.limit = limit);
    Resources resources = Resources.NONE.with(r -> r.memory = memory);
    Spec limited = spec.with(s -> s.linux = spec.linuxOrEmpty().with(l -> l.resources = resources));
    SpecWriter.write(limited, folder.resolve("bundle/config.json"));
    return Bundle.open(folder.resolve("bundle"));
  }

  /** Not more: with 64 KB the exec itself fails, and in that the test kernel panics. */
  @ParameterizedTest
  @ValueSource(longs = {4, 16, 32})
  void shouldRefuseToCreate(long kilobytes) throws Exception {
    Bundle bundle = bundle(kilobytes * 1024, "/bin/true");

    try (Stdio stdio = Stdio.discard()) {
      assertThatThrownBy(() -> store.create("c", bundle, CreateOptions.of(stdio)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("the container could not be set up");
    }

    assertThat(store.list()).isEmpty();
  }

  @Test
  void shouldRefuseToStartAtOnce() throws Exception {
    Spec spec = bundle(32 * 1024, "/bin/true").spec();
    RuntimeConfig config = RuntimeConfig.of(folder.resolve("state"));

    try (ContainerRuntime runtime = ContainerRuntime.open(config);
        RootFileSystem root = RootFileSystem.folder(folder.resolve("bundle/rootfs"));
        PreparedContainer prepared = runtime.prepare(spec, root);
        Stdio stdio = Stdio.discard()) {
      assertThatThrownBy(() -> prepared.start(stdio)).isInstanceOf(StartException.class);
    }
  }

  @Test
  void shouldOutliveWhoeverUsesUpTheMemoryOfAWaitingContainer() throws Exception {
    try (Stdio stdio = Stdio.discard();
        Created created =
            store.create("c", bundle(16 << 20, "/bin/true"), CreateOptions.of(stdio))) {
      Process greedy =
          Process.of(List.of("/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"));
      try (ExecProcess process = created.container().exec(ExecOptions.of(greedy, stdio))) {
        assertThat(linux.processes().waitFor(process.process()).signal())
            .isEqualTo(Signals.SIGKILL);
      }

      created.container().start();

      assertThat(linux.processes().waitFor(created.process()).shellStatus()).isZero();
      created.container().delete(false);
    }
  }
}
