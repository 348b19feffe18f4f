package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.DeviceNumber;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.MountFlags;
import io.lighter.linux.RecordedSystemCalls;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.User;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that want the engine to read, block on or act on something else: CVE-2024-9676. */
@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class HostileAccountFilesTest {
  private static final String HOST = "secret:x:4711:4711::/:\n";

  private final Linux linux = Linux.kernel();
  @TempDir private Path path;
  private Path passwd;
  private Fd root;

  @BeforeEach
  void open() throws IOException {
    passwd = Files.createDirectories(path.resolve("root/etc")).resolve("passwd");
    Files.writeString(path.resolve("host"), HOST);
    root = open(path.resolve("root"));
  }

  @AfterEach
  void close() {
    root.close();
  }

  private Fd open(Path folder) {
    return linux
        .files()
        .openat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0);
  }

  private ResolvedUser resolve(String request) {
    return UserLookup.resolve(linux, root, UserRequest.parse(request));
  }

  private static ResolvedUser user(long uid, long gid, String home, String name) {
    return new ResolvedUser(new User(uid, gid, null, List.of(gid)), home, name);
  }

  private void shouldRefuse(String message) {
    assertThatThrownBy(() -> resolve("4711"))
        .isInstanceOf(UserLookupException.class)
        .hasMessage("the container's /etc/passwd " + message);
  }

  @Test
  void shouldFindNothingBehindLinksOutOfTheRoot() throws IOException {
    Path host = path.resolve("host");
    for (String target : List.of("../../host", "/../../../../../../.." + host, host.toString())) {
      Files.createSymbolicLink(passwd, Path.of(target));
      // By the host's path, as an engine must not read it, the link does lead there.
      assertThat(passwd).content().isEqualTo(HOST);

      assertThat(resolve("4711").name()).isNull();
      assertThatThrownBy(() -> resolve("secret"))
          .hasMessage("unable to find user secret: no matching entries in passwd file");
      Files.delete(passwd);
    }
  }

  @Test
  void shouldFollowLinksWithinTheRoot() throws IOException {
    Files.writeString(path.resolve("root/accounts"), "inner:x:5:6::/in:\n");
    Files.createSymbolicLink(passwd, Path.of("/../../accounts"));

    assertThat(resolve("inner")).isEqualTo(user(5, 6, "/in", "inner"));
  }

  @Test
  void shouldFollowAFolderLinkNoFurtherThanTheRoot() throws IOException {
    Files.createDirectories(path.resolve("etc"));
    Files.writeString(path.resolve("etc/passwd"), HOST);
    Files.delete(path.resolve("root/etc"));
    Files.createSymbolicLink(path.resolve("root/etc"), Path.of("../etc"));

    shouldRefuse("cannot be read: its symbolic links never end");
  }

  @Test
  void shouldRefuseAnEndlessLink() throws IOException {
    Files.createSymbolicLink(passwd, Path.of("group"));
    Files.createSymbolicLink(passwd.resolveSibling("group"), Path.of("passwd"));

    shouldRefuse("cannot be read: its symbolic links never end");
  }

  @Test
  void shouldNotWaitForTheWriterOfAFifo() {
    linux.files().mknodat(root, "etc/passwd", Fcntl.S_IFIFO | 0644, 0);

    shouldRefuse("is a FIFO where a regular file belongs");
  }

  @ParameterizedTest
  @ValueSource(ints = {Fcntl.S_IFCHR, Fcntl.S_IFBLK})
  @RequiresRoot
  void shouldRefuseADevice(int type) {
    // Numbers without a driver: were it opened, the error would be another.
    linux.files().mknodat(root, "etc/passwd", type | 0644, DeviceNumber.of(511, 1));

    shouldRefuse("is a device where a regular file belongs");
  }

  @Test
  void shouldRefuseAFolderAndASocket() throws IOException {
    Files.createDirectory(passwd);
    shouldRefuse("is a folder where a regular file belongs");
    Files.delete(passwd);
    linux.files().mknodat(root, "etc/passwd", Fcntl.S_IFSOCK | 0644, 0);
    shouldRefuse("is a socket where a regular file belongs");
  }

  @Test
  void shouldRefuseTheGroupFileAlike() {
    linux.files().mknodat(root, "etc/group", Fcntl.S_IFIFO | 0644, 0);

    assertThatThrownBy(() -> resolve("5:audio"))
        .hasMessage("the container's /etc/group is a FIFO where a regular file belongs");
    // Not asked for, so not looked at.
    assertThat(resolve("5:6").user().gid()).isEqualTo(6);
  }

  @Test
  void shouldRefuseAGigabyteOfNothing() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(passwd.toFile(), "rw")) {
      sparse.setLength(1 << 30);
    }

    shouldRefuse("has more than the 1048576 bytes that are read");
  }

  @Test
  void shouldReadUpToTheCapAndAnEndlessLineToo() throws IOException {
    String name = "root:x:0:0:";
    String home = ":/root:\n";
    String line = name + "x".repeat(AccountFile.MAX_SIZE - name.length() - home.length()) + home;
    Files.writeString(passwd, line);
    assertThat(resolve("root").home()).isEqualTo("/root");

    Files.writeString(passwd, line + "\n");
    shouldRefuse("has more than the 1048576 bytes that are read");

    Files.writeString(passwd, ":".repeat(AccountFile.MAX_SIZE));
    assertThat(resolve("4711").name()).isNull();
  }

  @Test
  @RequiresRoot
  void shouldReadBelowADetachedOverlay() throws IOException {
    Files.writeString(passwd, "lower:x:3:4::/low:\n");
    Path lower = Files.createDirectory(path.resolve("empty"));
    try (Fd context = linux.mounts().fsopen("overlay")) {
      linux.mounts().setString(context, "lowerdir", path.resolve("root") + ":" + lower);
      linux.mounts().create(context);
      try (Fd mount = linux.mounts().fsmount(context, MountFlags.MOUNT_ATTR_NODEV)) {
        assertThat(UserLookup.resolve(linux, mount, UserRequest.parse("lower")))
            .isEqualTo(user(3, 4, "/low", "lower"));
      }
    }
  }

  @Test
  void shouldOpenNothingBeforeItsTypeIsKnown() {
    RecordedSystemCalls calls =
        new RecordedSystemCalls(
            (call, printed) ->
                call == SystemCall.OPENAT2 ? 1000 : call == SystemCall.CLOSE ? 0 : -Errno.EIO);

    assertThatThrownBy(
            () -> UserLookup.resolve(new Linux(calls), Fd.WORKING_FOLDER, UserRequest.DEFAULT))
        .isInstanceOf(UserLookupException.class)
        .hasMessageStartingWith("the container's /etc/passwd cannot be read: statx(")
        .hasMessageContaining("EIO");
    assertThat(calls.recorded())
        .extracting(call -> call.substring(0, call.indexOf('(')))
        .containsExactly("openat2", "statx", "close");
  }
}
