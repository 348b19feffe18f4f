package io.lighter.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The test kernel is what the tests of the other rooms take it for. */
@KernelTest
class ControllersKernelTest {

  private static final Path TREE = Path.of("/sys/fs/cgroup");

  /** The status of a process that was killed by signal 9, as a shell reports it. */
  private static final int KILLED = 128 + 9;

  @Test
  void shouldOfferControllersToChildren() throws IOException {
    assertThat(Files.readString(TREE.resolve("cgroup.subtree_control")).strip().split(" ", -1))
        .contains("cpu", "io", "memory", "pids");
  }

  @Test
  @LeavesNothing
  void shouldKillWhatExceedsMemoryLimit() throws Exception {
    Path group = Files.createDirectory(TREE.resolve("oom-" + ProcessHandle.current().pid()));
    try {
      Files.writeString(group.resolve("memory.max"), "16M");
      assertThat(statusOf(group, "exec dd if=/dev/zero of=/dev/null bs=64M count=1"))
          .isEqualTo(KILLED);
      assertThat(Files.readAllLines(group.resolve("memory.events"))).contains("oom_kill 1");
    } finally {
      Files.delete(group);
    }
  }

  @Test
  @LeavesNothing
  void shouldRefuseForkBeyondPidsLimit() throws Exception {
    Path group = Files.createDirectory(TREE.resolve("pids-" + ProcessHandle.current().pid()));
    try {
      Files.writeString(group.resolve("pids.max"), "1");
      assertThat(statusOf(group, "/bin/true; exit 0")).isNotZero();
      assertThat(Files.readAllLines(group.resolve("pids.events"))).contains("max 1");
    } finally {
      Files.delete(group);
    }
  }

  @Test
  @LeavesNothing
  void shouldMountOverlayOnTemporaryFolder(@TempDir Path folder) throws Exception {
    for (String name : List.of("lower", "upper", "work", "merged")) {
      Files.createDirectory(folder.resolve(name));
    }
    Files.writeString(folder.resolve("lower/file"), "below");
    String options = "-olowerdir=lower,upperdir=upper,workdir=work";
    assertThat(run(folder, "mount -t overlay overlay " + options + " merged")).isZero();
    try {
      assertThat(folder.resolve("merged/file")).hasContent("below");
      Files.delete(folder.resolve("merged/file"));
      assertThat(folder.resolve("lower/file")).exists();
    } finally {
      assertThat(run(folder, "umount merged")).isZero();
    }
  }

  private static int statusOf(Path group, String script) throws Exception {
    return run(group, "echo 0 > cgroup.procs; " + script);
  }

  private static int run(Path folder, String script) throws Exception {
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
    int status = shell.waitFor();
    System.out.print(output);
    return status;
  }
}
