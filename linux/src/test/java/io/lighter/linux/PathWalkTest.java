package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk does what the kernel's openat2 does: both are asked, and agree. */
@LeavesNothing
class PathWalkTest {
  private static final String[] PARTS = {
    "a", "b", "file", "to-a", "up", "away", "loop", "abs", "dangling", "..", ".", "", "gone"
  };

  private static final long[] RULES = {
    Fcntl.RESOLVE_IN_ROOT,
    Fcntl.RESOLVE_BENEATH,
    Fcntl.RESOLVE_IN_ROOT | Fcntl.RESOLVE_NO_MAGICLINKS,
    Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS,
    Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_XDEV,
  };

  private static final int[] FLAGS = {
    Fcntl.O_PATH,
    Fcntl.O_PATH | Fcntl.O_DIRECTORY,
    Fcntl.O_PATH | Fcntl.O_NOFOLLOW,
    Fcntl.O_RDONLY,
    Fcntl.O_RDONLY | Fcntl.O_DIRECTORY,
    Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW,
  };

  private final Linux old = ForbiddenCalls.without(SystemCall.OPENAT2);
  private final Linux denied = ForbiddenCalls.denying(SystemCall.OPENAT2);

  @TempDir private Path folder;

  @BeforeEach
  void makeTree() throws Exception {
    Files.createDirectories(folder.resolve("root/a/b/a"));
    Files.createDirectories(folder.resolve("root/b"));
    Files.createDirectory(folder.resolve("outside"));
    Path root = folder.resolve("root");
    Files.writeString(root.resolve("file"), "top");
    Files.writeString(root.resolve("a/file"), "in a");
    for (Path at : List.of(root, root.resolve("a"), root.resolve("a/b"))) {
      Files.createSymbolicLink(at.resolve("to-a"), Path.of("a"));
      Files.createSymbolicLink(at.resolve("up"), Path.of("../../outside"));
      Files.createSymbolicLink(at.resolve("away"), Path.of("/etc"));
      Files.createSymbolicLink(at.resolve("loop"), Path.of("loop"));
      Files.createSymbolicLink(at.resolve("abs"), Path.of("/a/b"));
      Files.createSymbolicLink(at.resolve("dangling"), Path.of("/no/such"));
    }
  }

  /** So that the removal of the folder has nothing to warn of. */
  @AfterEach
  void removeLinksOutside() throws Exception {
    Path root = folder.resolve("root");
    for (Path at : List.of(root, root.resolve("a"), root.resolve("a/b"))) {
      Files.delete(at.resolve("away"));
    }
  }

  private Fd root() {
    int flags = Fcntl.O_PATH | Fcntl.O_DIRECTORY;
    return Linux.kernel()
        .files()
        .openat(Fd.WORKING_FOLDER, folder.resolve("root").toString(), flags, 0);
  }

  private static String outcome(Linux linux, Fd root, String path, int flags, long rules) {
    try (Arena arena = Arena.ofConfined();
        Fd found = linux.files().openat2(root, path, flags, 0, rules)) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(found, status);
      return status.dev() + ":" + status.ino();
    } catch (LinuxException e) {
      return Errno.name(e.errno());
    }
  }

  @Test
  void shouldFindWhatTheKernelFinds() {
    Random random = new Random(20);
    int reached = 0;
    try (Fd root = root()) {
      for (int i = 0; i < 4_000; i++) {
        List<String> parts = new ArrayList<>();
        for (int n = random.nextInt(1, 6); n > 0; n--) {
          parts.add(PARTS[random.nextInt(PARTS.length)]);
        }
        String path = String.join("/", parts);
        int flags = FLAGS[random.nextInt(FLAGS.length)];
        long rules = RULES[random.nextInt(RULES.length)];
        String expected = outcome(Linux.kernel(), root, path, flags, rules);

        assertThat(outcome(old, root, path, flags, rules))
            .as("%s, flags %o, resolve %x", path, flags, rules)
            .isEqualTo(expected);
        reached += expected.indexOf(':') > 0 ? 1 : 0;
      }
    }
    assertThat(reached).isGreaterThan(400);
  }

  @Test
  void shouldMakeAFileWhereItIsToldTo() throws Exception {
    int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL;
    try (Fd root = root()) {
      old.files().openat2(root, "abs/new", flags, 0600, Fcntl.RESOLVE_IN_ROOT).close();

      assertThat(folder.resolve("root/a/b/new")).isRegularFile();
      assertThat(outcome(old, root, "abs/new", flags, Fcntl.RESOLVE_IN_ROOT)).isEqualTo("EEXIST");
      assertThat(outcome(old, root, "dangling", flags, Fcntl.RESOLVE_IN_ROOT)).isEqualTo("EEXIST");
    }
  }

  @Test
  void shouldWalkWhereAFilterSaysEperm() {
    try (Fd root = root()) {
      assertThat(outcome(denied, root, "abs", Fcntl.O_PATH, Fcntl.RESOLVE_IN_ROOT))
          .isEqualTo(outcome(Linux.kernel(), root, "a/b", Fcntl.O_PATH, Fcntl.RESOLVE_IN_ROOT));
    }
  }

  @Test
  void shouldRefuseMagicLinksOfProcfs() throws Exception {
    try (Fd proc = Linux.kernel().files().openat(Fd.WORKING_FOLDER, "/proc", Fcntl.O_PATH, 0)) {
      for (String magic : List.of("self/root", "self/cwd/etc", "self/exe", "self/ns/mnt")) {
        assertThatThrownBy(
                () -> old.files().openat2(proc, magic, Fcntl.O_PATH, 0, Fcntl.RESOLVE_IN_ROOT))
            .as(magic)
            .isInstanceOf(LinuxException.class)
            .hasMessageContaining("ELOOP");
      }
      long rules = Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_XDEV;
      assertThat(outcome(old, proc, "self/status", Fcntl.O_PATH, rules))
          .isEqualTo(outcome(Linux.kernel(), proc, "self/status", Fcntl.O_PATH, rules));
    }
  }

  @Test
  void shouldNotCrossMountsWhenToldSo() {
    try (Fd top = Linux.kernel().files().openat(Fd.WORKING_FOLDER, "/", Fcntl.O_PATH, 0)) {
      long rules = Fcntl.RESOLVE_IN_ROOT | Fcntl.RESOLVE_NO_XDEV;

      assertThat(outcome(old, top, "proc/self", Fcntl.O_PATH, rules)).isEqualTo("EXDEV");
    }
  }
}
