package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
class XattrsTest {
  private static final String OPAQUE = "trusted.overlay.opaque";

  private final Files files = Linux.kernel().files();
  private final Xattrs xattrs = Linux.kernel().xattrs();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment y = arena.allocateFrom("y").asSlice(0, 1);
  private final MemorySegment value = arena.allocate(100);
  @TempDir private Path path;
  private Fd folder;

  @BeforeEach
  void open() throws IOException {
    java.nio.file.Files.writeString(path.resolve("f"), "");
    folder = files.openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_DIRECTORY, 0);
    files.symlinkat("f", folder, "link");
  }

  @AfterEach
  void close() {
    folder.close();
    arena.close();
  }

  private String list(int size) {
    byte[] bytes = new byte[size];
    MemorySegment.copy(value, JAVA_BYTE, 0, bytes, 0, size);
    return new String(bytes, UTF_8).replace('\0', ';');
  }

  @Test
  void shouldRoundTripOnADescriptor() {
    try (Fd fd = files.openat(folder, "f", Fcntl.O_RDONLY, 0)) {
      assertThat(xattrs.fgetxattr(fd, OPAQUE, value)).isEqualTo(Xattrs.ABSENT);
      assertThat(xattrs.fremovexattr(fd, OPAQUE)).isFalse();
      assertThat(xattrs.fsetxattr(fd, OPAQUE, y, Xattrs.XATTR_REPLACE)).isFalse();
      assertThat(xattrs.fsetxattr(fd, OPAQUE, y, 0)).isTrue();
      assertThat(xattrs.fsetxattr(fd, OPAQUE, y, Xattrs.XATTR_CREATE)).isFalse();
      assertThat(xattrs.fgetxattr(fd, OPAQUE, value)).isEqualTo(1);
      assertThat(value.get(JAVA_BYTE, 0)).isEqualTo((byte) 'y');
      assertThat(xattrs.fgetxattr(fd, Name.of(OPAQUE), MemorySegment.NULL)).isEqualTo(1);
      assertThat(xattrs.fsetxattr(fd, OPAQUE, arena.allocateFrom("long"), 0)).isTrue();
      assertThat(xattrs.fgetxattr(fd, OPAQUE, value.asSlice(0, 3))).isEqualTo(Xattrs.TOO_SMALL);
      assertThat(list(xattrs.flistxattr(fd, value))).isEqualTo(OPAQUE + ";");
      assertThat(xattrs.flistxattr(fd, value.asSlice(0, 3))).isEqualTo(Xattrs.TOO_SMALL);
      assertThat(xattrs.fremovexattr(fd, OPAQUE)).isTrue();
      assertThat(xattrs.flistxattr(fd, value)).isZero();
    }
  }

  @Test
  void shouldReachAFileAndALinkThroughAnOPathDescriptor() {
    try (Fd link = files.openat(folder, "link", Fcntl.O_PATH | Fcntl.O_NOFOLLOW, 0)) {
      assertThat(xattrs.fsetxattr(link, OPAQUE, y, 0)).isTrue();
      assertThat(xattrs.fgetxattr(link, OPAQUE, value)).isEqualTo(1);
      assertThat(list(xattrs.flistxattr(link, value))).isEqualTo(OPAQUE + ";");
      try (Fd file = files.openat(folder, "f", Fcntl.O_PATH, 0)) {
        assertThat(xattrs.fgetxattr(file, OPAQUE, value)).isEqualTo(Xattrs.ABSENT);
      }
      assertThat(xattrs.fremovexattr(link, OPAQUE)).isTrue();
      assertThat(xattrs.fremovexattr(link, OPAQUE)).isFalse();
    }
  }

  @Test
  void shouldReachANameInAFolderWithoutOpeningIt() {
    Name link = Name.of("link");
    assertThat(xattrs.lsetxattr(folder, link, OPAQUE, y, Xattrs.XATTR_CREATE)).isTrue();
    assertThat(xattrs.lgetxattr(folder, link, OPAQUE, value)).isEqualTo(1);
    assertThat(xattrs.lgetxattr(folder, Name.of("f"), OPAQUE, value)).isEqualTo(Xattrs.ABSENT);
    assertThat(list(xattrs.llistxattr(folder, link, value))).isEqualTo(OPAQUE + ";");
    assertThat(xattrs.lremovexattr(folder, link, OPAQUE)).isTrue();
    assertThat(xattrs.lremovexattr(folder, link, OPAQUE)).isFalse();
  }

  @Test
  void shouldTakeAFileSystemWithoutAttributesForOneWhereTheyAreAbsent() {
    try (Fd proc = files.openat(Fd.WORKING_FOLDER, "/proc/version", Fcntl.O_RDONLY, 0)) {
      assertThat(xattrs.fgetxattr(proc, OPAQUE, value)).isEqualTo(Xattrs.ABSENT);
      assertThatThrownBy(() -> xattrs.fsetxattr(proc, OPAQUE, y, 0))
          .hasMessageContaining("\"trusted.overlay.opaque\"")
          .hasMessageContaining("EOPNOTSUPP");
    }
  }

  @Test
  void shouldWriteThePathOfADescriptorInProcfs() {
    RecordedSystemCalls calls =
        new RecordedSystemCalls((call, printed) -> call == SystemCall.FGETXATTR ? -Errno.EBADF : 0);
    Xattrs recorded = new Linux(calls).xattrs();

    recorded.fgetxattr(new Fd(calls, 1234567), "user.a", MemorySegment.NULL);
    recorded.lgetxattr(new Fd(calls, 0), Name.of("x"), "user.a", MemorySegment.NULL);
    recorded.lgetxattr(Fd.WORKING_FOLDER, Name.of("x"), "user.a", MemorySegment.NULL);

    assertThat(calls.recorded())
        .containsExactly(
            "fgetxattr(1234567, \"user.a\", NULL, 0)",
            "getxattr(\"/proc/self/fd/1234567\", \"user.a\", NULL, 0)",
            "lgetxattr(\"/proc/self/fd/0/x\", \"user.a\", NULL, 0)",
            "lgetxattr(\"x\", \"user.a\", NULL, 0)");
  }
}
