package io.lighter.runtime.attack;

import static io.lighter.runtime.ShortRun.shell;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.ShortRun;
import io.lighter.runtime.StartException;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CVE-2019-5736: a container has the runtime execute its own executable, opens it, and overwrites
 * it once nobody executes it any more. What is executed is found through {@code /proc/self/exe} of
 * the process that is about to become the container's, which is the runtime's until then.
 */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class ExecutableAttacksTest {
  private static final String OURS = "/proc/self/exe";

  @TempDir private Path folder;
  private HostileBundle bundle;

  /** Puts the ways to {@code /proc/self/exe} into the image. */
  @BeforeEach
  void prepare() throws IOException {
    bundle = new HostileBundle(folder);
    Path root = bundle.rootfs();
    Files.createSymbolicLink(root.resolve("link"), Path.of(OURS));
    executable(root.resolve("script"), ("#!" + OURS + "\n").getBytes(StandardCharsets.UTF_8));
    executable(root.resolve("nested"), "#!/script\n".getBytes(StandardCharsets.UTF_8));
    byte[] program = Files.readAllBytes(Path.of("/bin/ls"));
    // Without it, not finding it would keep a JVM from being executed.
    Path loader = Path.of(interpreter(program));
    Path copy = root.resolve(loader.toString().substring(1));
    Files.createDirectories(Objects.requireNonNull(copy.getParent()));
    executable(copy, Files.readAllBytes(loader));
    executable(root.resolve("interpreted"), interpretedBy(program, OURS));
  }

  private static void executable(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Returns where a dynamic program of the host names its ELF interpreter. */
  private static int interpreterAt(byte[] elf) {
    return new String(elf, StandardCharsets.ISO_8859_1).indexOf("/lib");
  }

  private static String interpreter(byte[] elf) {
    int at = interpreterAt(elf);
    int end = at;
    while (elf[end] != 0) {
      end++;
    }
    return new String(elf, at, end - at, StandardCharsets.UTF_8);
  }

  private static byte[] interpretedBy(byte[] elf, String interpreter) {
    byte[] name = (interpreter + "\0").getBytes(StandardCharsets.UTF_8);
    System.arraycopy(name, 0, elf, interpreterAt(elf), name.length);
    return elf;
  }

  @ParameterizedTest
  @ValueSource(strings = {OURS, "/link", "/script", "/nested", "/interpreted"})
  @DisplayName("CVE-2019-5736: the first process of a container")
  void shouldNotExecuteOurExecutable(String program) {
    Spec plain = shell("true");
    Spec spec =
        plain.with(
            s ->
                s.process =
                    Objects.requireNonNull(plain.process())
                        .with(p -> p.args = List.of(program, "-version")));

    try (RootFileSystem root = RootFileSystem.folder(bundle.rootfs())) {
      assertThatThrownBy(() -> ShortRun.run(folder, spec, root))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("exec \"" + program + "\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {OURS, "/link", "/script", "/nested", "/interpreted"})
  @DisplayName("CVE-2019-5736: a container that was created, and a further process")
  void shouldNotExecuteOurExecutableInALifeCycle(String program) throws IOException {
    try (Created created = bundle.start(s -> {})) {
      assertThatThrownBy(() -> bundle.exec(created.container(), program, "-version"))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("exec \"" + program + "\"");
      bundle.end(created);
    }
    try (Created created = bundle.create("d", HostileBundle.spec(s -> {}, program, "-version"))) {
      assertThatThrownBy(() -> created.container().start())
          .isInstanceOf(StartException.class)
          .hasMessageContaining("exec \"" + program + "\"");
      bundle.end(created);
    }
  }
}
