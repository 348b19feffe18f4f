package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class FolderRemovalTest {
  private final Linux linux = Linux.kernel();
  private final Files files = linux.files();
  private final Arena arena = Arena.ofShared();
  private final FolderRemoval removal = new FolderRemoval(linux, arena);
  @TempDir private Path path;
  private Fd folder;

  @BeforeEach
  void open() {
    folder = files.openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_DIRECTORY, 0);
  }

  @AfterEach
  void close() {
    folder.close();
    arena.close();
  }

  private void makeTree() throws IOException {
    for (int i = 0; i < 50; i++) {
      Path inner = java.nio.file.Files.createDirectories(path.resolve("tree/" + i + "/b/c"));
      for (int j = 0; j < 20; j++) {
        java.nio.file.Files.writeString(inner.resolve("f" + j), "x");
      }
    }
  }

  @Test
  void shouldRemoveATreeAFileAndNothing() throws IOException {
    makeTree();
    java.nio.file.Files.writeString(path.resolve("file"), "");

    assertThat(removal.remove(folder, "tree")).isTrue();
    assertThat(removal.remove(folder, "file")).isTrue();
    assertThat(removal.remove(folder, "tree")).isFalse();
    assertThat(path).isEmptyDirectory();
  }

  @Test
  void shouldEmptyAFolderAndLeaveIt() throws IOException {
    makeTree();
    try (Fd tree = files.openat(folder, "tree", Fcntl.O_DIRECTORY, 0)) {
      removal.empty(tree);
    }
    assertThat(path.resolve("tree")).isEmptyDirectory();
  }

  @Test
  void shouldNotFollowLinks() throws IOException {
    makeTree();
    Path link = path.resolve("other/link");
    java.nio.file.Files.createDirectories(link.getParent());
    java.nio.file.Files.createSymbolicLink(link, path.resolve("tree"));
    java.nio.file.Files.createSymbolicLink(path.resolve("top"), path.resolve("tree"));

    assertThat(removal.remove(folder, "other")).isTrue();
    assertThat(removal.remove(folder, "top")).isTrue();
    assertThat(path.resolve("tree/49/b/c/f19")).exists();
  }

  @Test
  void shouldRemoveATreeDeeperThanAnyNumberOfDescriptors() {
    int depth = 700;
    files.mkdirat(folder, "d", 0700);
    Fd at = files.openat(folder, "d", Fcntl.O_DIRECTORY, 0);
    for (int i = 0; i < depth; i++) {
      files.mkdirat(at, "d", 0700);
      files.mkdirat(at, "moved-up-" + i, 0700);
      Fd inner = files.openat(at, "d", Fcntl.O_DIRECTORY, 0);
      at.close();
      at = inner;
    }
    files.openat(at, "leaf", Fcntl.O_CREAT | Fcntl.O_WRONLY, 0600).close();
    at.close();

    assertThat(removal.remove(folder, "d")).isTrue();
    assertThat(path).isEmptyDirectory();
  }

  @Test
  void shouldRemoveNamesThatAreNotUtf8() {
    Name name = Name.of(new byte[] {(byte) 0xff});
    files.mkdirat(folder, name, 0);
    try (Fd inner = files.openat(folder, name, Fcntl.O_DIRECTORY, 0)) {
      files.mkdirat(inner, name, 0);
    }
    assertThat(removal.remove(folder, name)).isTrue();
    assertThat(path).isEmptyDirectory();
  }

  @Test
  @RequiresRoot
  void shouldRefuseToCrossAMount() throws Exception {
    makeTree();
    // In a mount namespace of a thread's own, so that nothing can be left behind.
    inThread(
        () -> {
          linux.processes().unshare(Sched.CLONE_FS | Sched.CLONE_NEWNS);
          Mounts mounts = linux.mounts();
          // A descriptor from before would still lead into the other namespace.
          try (Fd here = files.openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_DIRECTORY, 0);
              Fd context = mounts.fsopen("tmpfs")) {
            mounts.create(context);
            try (Fd mount = mounts.fsmount(context, 0);
                Fd target = files.openat(here, "tree/7/b", Fcntl.O_PATH, 0);
                Fd kept = files.openat(mount, "kept", Fcntl.O_CREAT | Fcntl.O_WRONLY, 0600)) {
              assertThat(kept.isOpen()).isTrue();
              mounts.mountSetattr(mount, 0, 0, 0, MountFlags.MS_PRIVATE);
              mounts.moveMount(mount, target);
              assertThatThrownBy(() -> removal.remove(here, "tree"))
                  .hasMessageContaining("openat2(")
                  .hasMessageContaining("\"b\"")
                  .hasMessageContaining("EXDEV");
              assertThat(files.faccessat2(mount, "kept", Stat.F_OK, 0)).isTrue();
              mounts.umount2(path.resolve("tree/7/b").toString(), MountFlags.MNT_DETACH);
            }
          }
          return true;
        });
    assertThat(removal.remove(folder, "tree")).isTrue();
  }

  private static <T> void inThread(Callable<T> action) throws Exception {
    FutureTask<T> task = new FutureTask<>(action);
    Thread thread = new Thread(task);
    thread.start();
    task.get();
    thread.join();
  }

  @Test
  void shouldRefuseAPath() {
    for (String wrong : new String[] {"", ".", "..", "a/b"}) {
      assertThatThrownBy(() -> removal.remove(folder, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no path: \"" + wrong + "\"");
    }
  }

  @Test
  void shouldMakeFiveCallsAFolderAndOneAFile() throws IOException {
    java.nio.file.Files.createDirectories(path.resolve("t/inner"));
    java.nio.file.Files.writeString(path.resolve("t/file"), "");
    WatchedSystemCalls calls = new WatchedSystemCalls((call, earlier) -> 0);

    new FolderRemoval(new Linux(calls), arena).remove(folder, "t");

    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      expected.addAll(List.of("openat2", "getdents64", "getdents64", "unlinkat", "close"));
    }
    // The file's own, and the try to unlink what might have been one.
    expected.addAll(List.of("unlinkat", "unlinkat"));
    assertThat(calls.made()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void shouldLeaveNoDescriptorBehindWhenItFails() throws IOException {
    java.nio.file.Files.createDirectories(path.resolve("t/a/b/c"));
    for (int failing = 0; failing < 4; failing++) {
      int at = failing;
      Linux faulty =
          new Linux(
              new WatchedSystemCalls(
                  (call, earlier) ->
                      call == SystemCall.OPENAT2 && earlier == at ? Errno.EMFILE : 0));
      assertThatThrownBy(() -> new FolderRemoval(faulty, arena).remove(folder, "t"))
          .hasMessageContaining("openat2(")
          .hasMessageContaining("EMFILE");
    }
    assertThat(removal.remove(folder, "t")).isTrue();
  }

  @Test
  void shouldReadOnWhenSignalsComeBetween() throws IOException {
    makeTree();
    Linux interrupted =
        new Linux(
            new WatchedSystemCalls(
                (call, earlier) ->
                    switch (call) {
                      case OPENAT2 -> earlier % 3 == 0 ? Errno.EINTR : 0;
                      case GETDENTS64 -> earlier % 2 == 0 ? Errno.EINTR : 0;
                      default -> 0;
                    }));

    assertThat(new FolderRemoval(interrupted, arena).remove(folder, "tree")).isTrue();
    assertThat(path).isEmptyDirectory();
  }

  @Test
  void shouldSayWhenAFolderWillNotBecomeEmpty() throws IOException {
    java.nio.file.Files.createDirectories(path.resolve("t"));
    Linux stubborn =
        new Linux(
            new WatchedSystemCalls(
                (call, earlier) ->
                    call == SystemCall.UNLINKAT && earlier > 0 ? Errno.ENOTEMPTY : 0));

    assertThatThrownBy(() -> new FolderRemoval(stubborn, arena).remove(folder, "t"))
        .hasMessageContaining("unlinkat(\"t\", AT_REMOVEDIR): ENOTEMPTY");
  }
}
