package io.lighter.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class WhiteoutsTest {
  private static final OverlayOptions IN_USER_NAMESPACE =
      new OverlayOptions(
          false,
          true,
          false,
          false,
          OverlayOptions.RedirectDir.NOFOLLOW,
          OverlayOptions.Xino.AUTO,
          0,
          null);

  private final Linux linux = Linux.kernel();
  @TempDir Path folder;

  private Fd open(Path path) {
    return linux
        .files()
        .openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
  }

  @Test
  void shouldHideWhatTheKernelThenHides() throws IOException {
    try (Arena arena = Arena.ofConfined();
        Scratch scratch = new Scratch(linux, folder)) {
      Path base = scratch.layer("base", "gone", "kept", "dir/hidden", "dir/also");
      Path top = scratch.layer("top", "dir/new");
      Whiteouts whiteouts = new Whiteouts(linux, OverlayOptions.DEFAULTS, arena);
      try (Fd root = open(top);
          Fd dir = open(top.resolve("dir"))) {
        whiteouts.create(root, Name.of("gone"));
        whiteouts.makeOpaque(dir);
      }

      try (LayerStack stack = LayerStack.open(linux, List.of(top, base));
          Fd mount = stack.mountReadOnly(OverlayOptions.DEFAULTS)) {
        assertThat(Scratch.names(Scratch.root(mount))).containsExactly("dir", "kept");
        assertThat(Scratch.names(Scratch.root(mount).resolve("dir"))).containsExactly("new");
      }
    }
  }

  @Test
  void shouldRecogniseWhatTheKernelMakes() throws IOException {
    try (Arena arena = Arena.ofConfined();
        Scratch scratch = new Scratch(linux, folder);
        LayerStack stack =
            LayerStack.open(linux, List.of(scratch.layer("base", "gone", "dir/old")));
        WritableLayer writable = scratch.writable(stack)) {
      try (Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
        Path root = Scratch.root(mount);
        Files.delete(root.resolve("gone"));
        Files.delete(root.resolve("dir/old"));
        Files.delete(root.resolve("dir"));
        Files.createDirectory(root.resolve("dir"));
      }
      Whiteouts whiteouts = new Whiteouts(linux, OverlayOptions.DEFAULTS, arena);
      try (Fd upper = writable.openUpper()) {
        FileStatus status = new FileStatus(arena);
        Name gone = Name.of("gone");
        linux.files().statx(upper, gone, Fcntl.AT_SYMLINK_NOFOLLOW, status);
        assertThat(whiteouts.isWhiteout(upper, gone, status, whiteouts.mark(upper))).isTrue();
        assertThat(whiteouts.mark(upper)).isEqualTo(FolderMark.NONE);
        assertThat(whiteouts.mark(upper, Name.of("dir"))).isEqualTo(FolderMark.OPAQUE);
      }
    }
  }

  @Test
  void shouldRecogniseWhiteoutsThatAreMarkedFiles() throws IOException {
    recogniseMarkedFiles(OverlayOptions.DEFAULTS);
  }

  @Test
  void shouldRecogniseMarksInAttributesOfUsers() throws IOException {
    recogniseMarkedFiles(IN_USER_NAMESPACE);
  }

  private void recogniseMarkedFiles(OverlayOptions options) throws IOException {
    String prefix = options.userXattrs() ? "user.overlay." : "trusted.overlay.";
    Path top = Files.createTempDirectory(folder, "top");
    Files.createFile(top.resolve("marked"));
    Files.createFile(top.resolve("empty"));
    try (Arena arena = Arena.ofConfined();
        Fd root = open(top)) {
      MemorySegment x = arena.allocateFrom(JAVA_BYTE, (byte) 'x');
      Name marked = Name.of("marked");
      linux.xattrs().lsetxattr(root, marked, prefix + "whiteout", x.asSlice(0, 0), 0);
      FileStatus status = new FileStatus(arena);
      linux.files().statx(root, marked, Fcntl.AT_SYMLINK_NOFOLLOW, status);
      Whiteouts whiteouts = new Whiteouts(linux, options, arena);
      assertThat(whiteouts.isWhiteout(root, marked, status, whiteouts.mark(root))).isFalse();

      linux.xattrs().fsetxattr(root, prefix + "opaque", x, 0);

      FolderMark mark = whiteouts.mark(root);
      assertThat(mark).isEqualTo(FolderMark.HAS_MARKED_WHITEOUTS);
      assertThat(whiteouts.isWhiteout(root, marked, status, mark)).isTrue();
      assertThat(whiteouts.isWhiteout(root, Name.of("empty"), status, mark)).isFalse();
    }
  }

  @Test
  void shouldNotTakeAnotherValueForAMark() throws IOException {
    try (Arena arena = Arena.ofConfined();
        Fd root = open(folder)) {
      Whiteouts whiteouts = new Whiteouts(linux, OverlayOptions.DEFAULTS, arena);
      for (String value : List.of("yes", "n", "")) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        MemorySegment memory = arena.allocate(bytes.length + 1L).asSlice(0, bytes.length);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        linux.xattrs().fsetxattr(root, "trusted.overlay.opaque", memory, 0);

        assertThat(whiteouts.mark(root)).as(value).isEqualTo(FolderMark.NONE);
      }
    }
  }
}
