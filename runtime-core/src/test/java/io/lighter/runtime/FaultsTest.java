package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.ImageSurgery;
import io.lighter.linux.Linux;
import io.lighter.overlay.LayerStack;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that go wrong leave nothing behind, and say why. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class FaultsTest {
  @TempDir private Path folder;

  private static Spec spec(String... command) {
    return DefaultContainer.of(new Root("/", false), List.of(command), null);
  }

  private Path state() {
    return folder.resolve("state");
  }

  @Test
  void shouldCleanUpWhicheverStepFails() throws IOException {
    ImageSurgery surgery = new ImageSurgery(ImageSurgery.Replacement.FAILURE);
    Linux linux = new Linux(surgery);
    try (ContainerRuntime runtime = new ContainerRuntime(linux, RuntimeConfig.of(state()));
        RootFileSystem root =
            new RootFileSystem.Overlay(LayerStack.open(linux, List.of(Path.of("/"))));
        PreparedContainer prepared = runtime.prepare(spec("/bin/true"), root);
        Stdio stdio = Stdio.discard()) {
      int steps = prepared.plan().program().steps().size();
      for (int step = 0; step < steps - 1; step++) {
        surgery.setStep(step);
        assertThatThrownBy(() -> prepared.start(stdio))
            .isInstanceOf(StartException.class)
            .hasMessageContaining("step " + (step + 1) + " of " + steps)
            .hasMessageContaining("ENOSYS");
      }
      assertThat(layers()).isEmpty();
    }
  }

  private List<Path> layers() throws IOException {
    try (Stream<Path> files = Files.walk(state(), 3)) {
      return files.filter(f -> f.toString().contains("/layers/")).toList();
    }
  }

  /** Killed while a child of it stands at each of the steps. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRemoveWhatAKilledStarterLeft(boolean dieWithStarter) throws Exception {
    Process starter =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                BlockedStarter.class.getName(),
                state().toString(),
                String.valueOf(dieWithStarter))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<ProcessHandle> children;
    try (BufferedReader output = starter.inputReader(StandardCharsets.UTF_8)) {
      int steps = Integer.parseInt(output.readLine());
      do {
        assertThat(starter.isAlive()).as("the starter ended by itself").isTrue();
        Thread.sleep(5);
        children = starter.children().toList();
      } while (children.size() < steps);
    } finally {
      starter.destroyForcibly().waitFor();
    }

    try (ContainerRuntime next = ContainerRuntime.open(RuntimeConfig.of(state()))) {
      assertThat(next).isNotNull();
      // A zombie, which has no command any more, waits for init and not for us.
      assertThat(children).noneMatch(child -> child.info().command().isPresent());
    }
    try (Stream<Path> left = Files.list(state())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void shouldSayThatTheDiskIsFull() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=24", "tmpfs", small.toString());
    try (RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        Stdio stdio = Stdio.discard()) {
      try (ContainerRuntime runtime = ContainerRuntime.open(RuntimeConfig.of(small.resolve("s")));
          PreparedContainer prepared = runtime.prepare(spec("/bin/true"), root)) {
        for (int i = 0; Files.getFileStore(small).getUsableSpace() > 0 && i < 24; i++) {
          try {
            Files.createFile(small.resolve("file" + i));
          } catch (IOException full) {
            break;
          }
        }
        assertThatThrownBy(() -> prepared.start(stdio))
            .hasMessageContaining("ENOSPC (No space left on device)");
        try (Stream<Path> files = Files.list(small)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            Files.delete(file);
          }
        }
        try (Container container = prepared.start(stdio)) {
          assertThat(container.waitFor().code()).as("once there is room again").isZero();
        }
      }
    } finally {
      run("umount", small.toString());
    }
  }

  @Test
  void shouldRefuseAProgramOfAnotherArchitecture() throws IOException {
    Path layer = Files.createTempDirectory(Path.of("/dev/shm"), "layer");
    Path program = layer.resolve("program");
    byte[] elf = new byte[64];
    System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}, 0, elf, 0, 7);
    elf[16] = 2;
    elf[18] = (byte) 243; // EM_RISCV
    Files.write(program, elf);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    try (ContainerRuntime runtime = ContainerRuntime.open(RuntimeConfig.of(state()));
        RootFileSystem root = RootFileSystem.overlay(List.of(layer, Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec("/program"), root);
        Stdio stdio = Stdio.discard()) {
      assertThatThrownBy(() -> prepared.start(stdio))
          .isInstanceOfSatisfying(
              StartException.class, e -> assertThat(e.kind().status()).isEqualTo(126))
          .hasMessageContaining("exec format error");
    } finally {
      Files.delete(program);
      Files.delete(layer);
    }
  }

  @Test
  void shouldNameTheMountWhoseSourceIsMissing() {
    Spec spec =
        spec("/bin/true")
            .with(
                s -> {
                  List<Mount> mounts = new ArrayList<>(s.mounts);
                  mounts.add(new Mount("/data", "bind", "/no/such/source", List.of("bind")));
                  s.mounts = mounts;
                });
    try (ContainerRuntime runtime = ContainerRuntime.open(RuntimeConfig.of(state()));
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root);
        Stdio stdio = Stdio.discard()) {
      assertThatThrownBy(() -> prepared.start(stdio))
          .hasMessageContaining("/data")
          .hasMessageContaining("/no/such/source")
          .hasMessageContaining("ENOENT");
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
