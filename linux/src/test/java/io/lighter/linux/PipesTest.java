package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pipes, memory files and the flags of descriptors. */
@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class PipesTest {
  private final Linux linux = Linux.kernel();
  private final Files files = linux.files();
  private final Pipes pipes = linux.pipes();
  private final Descriptors descriptors = linux.descriptors();
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
  }

  private MemorySegment text(String text) {
    return arena.allocateFrom(text).asSlice(0, text.length());
  }

  private String read(Fd fd) {
    MemorySegment buffer = arena.allocate(100);
    int bytes = (int) files.read(fd, buffer);
    return new String(buffer.asSlice(0, bytes).toArray(JAVA_BYTE), UTF_8);
  }

  @Test
  void shouldMoveDataWithoutReadingIt() {
    try (Pipe first = pipes.create(0);
        Pipe second = pipes.create(0);
        Pipe third = pipes.create(0)) {
      assertThat(pipes.vmsplice(first.write(), text("hello"), 0)).isEqualTo(5);
      assertThat(pipes.tee(first.read(), second.write(), 100, 0)).isEqualTo(5);
      int again = Pipes.SPLICE_F_NONBLOCK;
      assertThat(pipes.splice(first.read(), third.write(), 3, again)).isEqualTo(3);
      assertThat(read(third.read())).isEqualTo("hel");
      assertThat(read(first.read())).isEqualTo("lo");
      assertThat(read(second.read())).isEqualTo("hello");
      assertThat(pipes.splice(first.read(), third.write(), 3, again)).isEqualTo(Pipes.AGAIN);
      assertThat(pipes.tee(first.read(), third.write(), 3, again)).isEqualTo(Pipes.AGAIN);
      first.write().close();
      assertThat(pipes.splice(first.read(), third.write(), 3, again)).isZero();
    }
  }

  @Test
  void shouldMoveFromAPipeToAPlaceInAFile() {
    try (Pipe pipe = pipes.create(0);
        Fd file = linux.memoryFiles().create("place", 0)) {
      files.write(pipe.write(), text("hello"));
      assertThat(pipes.held(pipe.read())).isEqualTo(5);
      int again = Pipes.SPLICE_F_NONBLOCK;
      assertThat(pipes.spliceTo(pipe.read(), file, 3, 4, again)).isEqualTo(4);
      assertThat(pipes.held(pipe.read())).isEqualTo(1);
      assertThat(files.pwrite(file, text("ab"), 0)).isEqualTo(2);
      assertThat(files.lseek(file, 0, Stat.SEEK_END)).isEqualTo(7);
      files.lseek(file, 0, Stat.SEEK_SET);
      assertThat(read(file)).isEqualTo("ab\0hell");
      assertThat(read(pipe.read())).isEqualTo("o");
      assertThat(pipes.spliceTo(pipe.read(), file, 0, 4, again)).isEqualTo(Pipes.AGAIN);
    }
  }

  @Test
  void shouldShareTheMemoryOfAFile() {
    try (Fd file = linux.memoryFiles().create("shared", 0)) {
      files.ftruncate(file, 4096);
      try (SharedMemory shared = linux.memoryFiles().map(file, 4096)) {
        shared.memory().setString(0, "seen");
        assertThat(read(file)).startsWith("seen");
      }
      assertThatThrownBy(() -> linux.memoryFiles().map(file, 0)).hasMessageContaining("EINVAL");
    }
  }

  @Test
  void shouldSetItsSize() {
    try (Pipe pipe = pipes.create(Fcntl.O_NONBLOCK)) {
      assertThat(pipes.setSize(pipe.read(), 5000)).isEqualTo(8192);
      assertThat(pipes.size(pipe.write())).isEqualTo(8192);
      assertThat(files.write(pipe.write(), arena.allocate(10_000))).isEqualTo(8192);
      assertThat(files.write(pipe.write(), arena.allocate(1))).isEqualTo(-1);
      assertThatThrownBy(() -> pipes.setSize(pipe.read(), 4096))
          .hasMessageContaining("F_SETPIPE_SZ")
          .hasMessageContaining("EBUSY");
    }
  }

  @Test
  void shouldCloseBothEnds() {
    Pipe pipe = pipes.create(0);
    pipe.close();
    assertThat(pipe.read().isOpen() || pipe.write().isOpen()).isFalse();
  }

  @Test
  void shouldChangeFlagsOfDescriptors() {
    try (Pipe pipe = pipes.create(0);
        Fd other = files.dup(pipe.read())) {
      assertThat(descriptors.isCloseOnExec(other)).isTrue();
      descriptors.setCloseOnExec(other, false);
      assertThat(descriptors.isCloseOnExec(other)).isFalse();
      assertThat(descriptors.isCloseOnExec(pipe.read())).isTrue();
      descriptors.setNonBlocking(pipe.read(), true);
      assertThat(files.read(other, arena.allocate(1))).as("the flag is the file's").isEqualTo(-1);
      descriptors.setNonBlocking(other, false);
      assertThat(descriptors.flags(pipe.read()) & Fcntl.O_NONBLOCK).isZero();
      descriptors.dup3(pipe.write(), other, Fcntl.O_CLOEXEC);
      files.write(other, text("x"));
      assertThat(read(pipe.read())).isEqualTo("x");
      descriptors.setCloseOnExec(other, false);
      descriptors.closeRange(other.number(), other.number(), Fcntl.CLOSE_RANGE_CLOEXEC);
      assertThat(descriptors.isCloseOnExec(other)).isTrue();
    }
  }

  @Test
  void shouldTakeOverAnInheritedDescriptor() {
    Pipe pipe = pipes.create(0);
    descriptors.setCloseOnExec(pipe.write(), false);
    // Of two owners only one may close it.
    try (Fd inherited = descriptors.inherited(pipe.write().number());
        Fd read = pipe.read()) {
      assertThat(descriptors.isCloseOnExec(inherited)).isTrue();
      files.write(inherited, text("y"));
      assertThat(read(read)).isEqualTo("y");
    }
    assertThatThrownBy(() -> descriptors.inherited(1_000_000))
        .hasMessage("fcntl(1000000, F_SETFD, 0x1): EBADF (Bad file descriptor)");
  }

  @Test
  void shouldTellWhatWasPassedFromWhatIsItsOwn() {
    try (Pipe pipe = pipes.create(0)) {
      descriptors.setCloseOnExec(pipe.write(), false);

      Fd passed = descriptors.inheritedIfPassed(pipe.write().number());

      assertThat(passed).isNotNull();
      assertThat(descriptors.isCloseOnExec(pipe.write())).isTrue();
      assertThat(descriptors.inheritedIfPassed(pipe.read().number())).isNull();
      assertThat(descriptors.inheritedIfPassed(1_000_000)).isNull();
    }
  }

  @Test
  void shouldNotTakeTheJvmsOwnModulesForPassed() throws IOException {
    Path modules = Path.of(System.getProperty("java.home"), "lib", "modules");
    int found = 0;
    try (DirectoryStream<Path> open =
        java.nio.file.Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path fd : open) {
        if (java.nio.file.Files.exists(fd) && java.nio.file.Files.isSameFile(fd, modules)) {
          found++;
          int number = Integer.parseInt(fd.getFileName().toString());
          assertThat(descriptors.inheritedIfPassed(number)).isNull();
        }
      }
    }
    assertThat(found).isPositive();
  }

  @Test
  void shouldCloseTheStandardDescriptorsNever() {
    RecordedSystemCalls calls = new RecordedSystemCalls();
    Fd.STANDARD_INPUT.close();
    Fd.WORKING_FOLDER.close();
    assertThat(calls.recorded()).isEmpty();
    assertThat(Fd.STANDARD_INPUT.isOpen()).isTrue();
    assertThat(linux.descriptors().flags(Fd.STANDARD_ERROR)).isNotNegative();
  }

  @Test
  void shouldCloseADescriptorOnce() {
    RecordedSystemCalls calls = new RecordedSystemCalls();
    Fd fd = new Linux(calls).memoryFiles().create("m", MemoryFiles.MFD_ALLOW_SEALING);
    fd.close();
    fd.close();
    assertThat(calls.recorded()).containsExactly("memfd_create(\"m\", 0x3)", "close(1000)");
    assertThatThrownBy(fd::procPath).hasMessage("the descriptor has been closed");
  }

  @Test
  void shouldSealAMemoryFile() {
    MemoryFiles memory = linux.memoryFiles();
    try (Fd file = memory.create("sealed", MemoryFiles.MFD_ALLOW_SEALING)) {
      files.write(file, text("abc"));
      memory.addSeals(file, MemoryFiles.F_SEAL_WRITE | MemoryFiles.F_SEAL_SEAL);
      assertThat(memory.seals(file)).isEqualTo(MemoryFiles.F_SEAL_WRITE | MemoryFiles.F_SEAL_SEAL);
      assertThatThrownBy(() -> files.write(file, text("d"))).hasMessageContaining("EPERM");
      assertThatThrownBy(() -> memory.addSeals(file, MemoryFiles.F_SEAL_GROW))
          .hasMessageContaining("F_ADD_SEALS");
    }
  }
}
