package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class FilesTest {
  private final Files files = Linux.kernel().files();
  @TempDir private Path path;
  private final Arena arena = Arena.ofConfined();
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

  private void write(String name, String content) throws IOException {
    java.nio.file.Files.writeString(path.resolve(name), content);
  }

  private FileStatus status(String name) {
    FileStatus status = new FileStatus(arena);
    assertThat(files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status)).isTrue();
    return status;
  }

  @Test
  void shouldTellAllAboutAFile() throws IOException {
    write("f", "hello");
    files.fchmodat(folder, "f", 04751);
    files.utimensat(folder, "f", 11, 12, -13, 14, 0);
    files.linkat(folder, "f", folder, "g", 0);

    FileStatus status = status("f");

    assertThat(status.type()).isEqualTo(Fcntl.S_IFREG);
    assertThat(status.permissions()).isEqualTo(04751);
    assertThat(status.size()).isEqualTo(5);
    assertThat(status.nlink()).isEqualTo(2);
    assertThat(status.atimeSeconds()).isEqualTo(11);
    assertThat(status.atimeNanos()).isEqualTo(12);
    assertThat(status.mtimeSeconds()).isEqualTo(-13);
    assertThat(status.mtimeNanos()).isEqualTo(14);
    assertThat(status.ctimeSeconds()).isGreaterThan(1_700_000_000L);
    assertThat(status.isMountRoot()).isFalse();
    FileStatus parent = new FileStatus(arena);
    files.statx(folder, parent);
    assertThat(parent.isFolder()).isTrue();
    assertThat(status.mountId()).isEqualTo(parent.mountId());
    assertThat(status.dev()).isEqualTo(parent.dev());
    assertThat(status.ino()).isEqualTo(status("g").ino()).isNotEqualTo(parent.ino());
  }

  @Test
  void shouldAnswerFalseForWhatIsNotThere() {
    FileStatus status = new FileStatus(arena);
    files.statx(folder, status);

    assertThat(files.statx(folder, "no", 0, status)).isFalse();
    assertThat(status.mode()).isZero();
    assertThat(files.faccessat2(folder, "no", Stat.F_OK, 0)).isFalse();
    assertThat(files.openatIfExists(folder, Name.of("no"), Fcntl.O_RDONLY)).isNull();
    assertThat(files.unlinkat(folder, Name.of("no"), 0)).isFalse();
  }

  @Test
  @RequiresRoot
  void shouldTellWhiteoutsDevicesAndOwners() {
    files.mknodat(folder, "white", Fcntl.S_IFCHR, DeviceNumber.of(0, 0));
    files.mknodat(folder, "null", Fcntl.S_IFCHR | 0600, DeviceNumber.of(1, 3));
    files.fchownat(folder, "null", 4_000_000_000L, 7, 0);

    assertThat(status("white").isWhiteout()).isTrue();
    FileStatus device = status("null");
    assertThat(device.isWhiteout()).isFalse();
    assertThat(device.isDevice()).isTrue();
    assertThat(device.rdev()).isEqualTo(DeviceNumber.of(1, 3));
    assertThat(device.uid()).isEqualTo(4_000_000_000L);
    assertThat(device.gid()).isEqualTo(7);
    files.fchownat(folder, Name.of("null"), -1, 8, 0);
    assertThat(status("null").uid()).isEqualTo(4_000_000_000L);
    assertThat(status("null").gid()).isEqualTo(8);
  }

  @Test
  void shouldPassNamesThatAreNotUtf8ByteForByte() {
    Name name = Name.of(new byte[] {(byte) 0xff, '\n', (byte) 0xe9});
    Name other = Name.of(new byte[] {(byte) 0xfe});
    files.openat(folder, name, Fcntl.O_CREAT | Fcntl.O_WRONLY, 0600).close();
    files.symlinkat(name, folder, other);

    FileStatus status = new FileStatus(arena);
    assertThat(files.statx(folder, other, Fcntl.AT_SYMLINK_NOFOLLOW, status)).isTrue();
    assertThat(status.isSymbolicLink()).isTrue();
    assertThat(files.statx(folder, other, 0, status)).isTrue();
    assertThat(status.isRegularFile()).isTrue();
    MemorySegment target = arena.allocate(4096);
    int length = files.readlinkat(folder, other, target);
    assertThat(Name.wrap(target, 0, length)).isEqualTo(name);
    Name third = Name.of(new byte[] {(byte) 0xfd});
    assertThat(files.renameat2(folder, name, folder, third, Stat.RENAME_NOREPLACE)).isTrue();
    assertThat(files.renameat2(folder, third, folder, other, Stat.RENAME_NOREPLACE)).isFalse();
    assertThat(files.linkat(folder, third, folder, name, 0)).isTrue();
    assertThat(files.linkat(folder, third, folder, name, 0)).isFalse();
    FolderEntries entries = new FolderEntries(files, arena);
    entries.start(folder);
    int seen = 0;
    while (entries.next()) {
      assertThat(entries.name()).isIn(name, other, third);
      assertThat(files.unlinkat(folder, entries.name(), 0)).isTrue();
      seen++;
    }
    assertThat(seen).isEqualTo(3);
  }

  @Test
  void shouldReadALinkAsText() throws IOException {
    files.symlinkat("käse/../x", folder, "link");
    write("file", "");

    assertThat(files.readlinkat(folder, "link")).isEqualTo("käse/../x");
    assertThatThrownBy(() -> files.readlinkat(folder, "file"))
        .hasMessageContaining("readlinkat(")
        .hasMessageContaining("EINVAL");
  }

  @Test
  void shouldListThousandsOfEntriesOnce() throws IOException {
    for (int i = 0; i < 3000; i++) {
      write("a-name-of-some-length-" + i, "");
    }
    FolderEntries entries = new FolderEntries(files, arena);
    for (int pass = 0; pass < 2; pass++) {
      boolean[] seen = new boolean[3000];
      files.lseek(folder, 0, Stat.SEEK_SET);
      entries.start(folder);
      while (entries.next()) {
        int number = Integer.parseInt(entries.name().toString().substring(22));
        assertThat(seen[number]).isFalse();
        seen[number] = true;
        assertThat(entries.type()).isIn(Stat.DT_REG, Stat.DT_UNKNOWN);
        assertThat(entries.ino()).isPositive();
      }
      assertThat(seen).doesNotContain(false);
    }
    assertThatThrownBy(entries::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldChangePermissionsThroughAnOPathDescriptor() throws IOException {
    write("f", "");
    try (Fd fd = files.openat(folder, "f", Fcntl.O_PATH, 0)) {
      files.fchmod(fd, 0604);
    }
    assertThat(status("f").permissions()).isEqualTo(0604);
    try (Fd fd = files.openat(folder, "f", Fcntl.O_RDONLY, 0)) {
      files.fchmod(fd, 0640);
    }
    assertThat(status("f").permissions()).isEqualTo(0640);
  }

  @Test
  void shouldCopyContentAndTruncate() throws IOException {
    write("from", "0123456789");
    try (Fd from = files.openat(folder, "from", Fcntl.O_RDONLY, 0);
        Fd to = files.openat(folder, "to", Fcntl.O_CREAT | Fcntl.O_RDWR, 0600);
        Fd second = files.dup(to)) {
      files.lseek(from, 2, Stat.SEEK_SET);
      assertThat(files.copyContent(from, to)).isEqualTo(8);
      files.ftruncate(second, 4);
      files.fdatasync(to);
      files.fsync(to);
      files.syncfs(to);
      MemorySegment buffer = arena.allocate(16);
      assertThat(files.pread(to, buffer, 1)).isEqualTo(3);
      assertThat(buffer.get(JAVA_BYTE, 0)).isEqualTo((byte) '3');
    }
  }

  @Test
  void shouldCopyWhatOnlySendfileCan() throws IOException {
    try (Fd from = files.openat(Fd.WORKING_FOLDER, "/proc/version", Fcntl.O_RDONLY, 0);
        Fd to = files.openat(folder, "to", Fcntl.O_CREAT | Fcntl.O_RDWR, 0600)) {
      assertThat(files.copyContent(from, to)).isPositive();
    }
    assertThat(path.resolve("to"))
        .hasContent(java.nio.file.Files.readString(Path.of("/proc/version"), UTF_8).strip());
  }

  @Test
  void shouldNameTheFileSystem() {
    FileSystemStatus status = new FileSystemStatus(arena);
    try (Fd proc = files.openat(Fd.WORKING_FOLDER, "/proc", Fcntl.O_PATH, 0)) {
      files.fstatfs(proc, status);
      assertThat(status.type()).isEqualTo(FileSystemMagic.PROC_SUPER_MAGIC);
    }
    files.fstatfs(folder, status);
    assertThat(status.totalBytes()).isGreaterThanOrEqualTo(status.freeBytes());
    assertThat(status.availableBytes()).isPositive();
  }

  @Test
  void shouldTryAgainWhenASignalOrARenameCameFirst() {
    int[] left = {2};
    RecordedSystemCalls calls =
        new RecordedSystemCalls(
            (call, printed) ->
                left[0]-- > 0 ? (left[0] == 1 ? -Errno.EINTR : -Errno.EAGAIN) : 1000);

    new Linux(calls)
        .files()
        .openat2(Fd.WORKING_FOLDER, Name.of("a"), Fcntl.O_PATH, 0, Fcntl.RESOLVE_IN_ROOT);

    assertThat(calls.recorded())
        .hasSize(3)
        .allMatch(call -> call.startsWith("openat2(AT_FDCWD, \"a\", "));
  }

  @Test
  void shouldSayWhichOpenFoundNoDescriptorLeft() {
    RecordedSystemCalls calls = new RecordedSystemCalls((call, printed) -> -Errno.EMFILE);

    assertThatThrownBy(
            () -> new Linux(calls).files().openat(Fd.WORKING_FOLDER, "a", Fcntl.O_RDONLY, 0))
        .hasMessage("openat(AT_FDCWD, \"a\", O_CLOEXEC, 00): EMFILE (Too many open files)");
  }
}
