package io.lighter.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.overlay.OverlayOptions.RedirectDir;
import io.lighter.overlay.OverlayOptions.Xino;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class LayerChangesTest {
  private final Linux linux = Linux.kernel();
  @TempDir Path folder;

  /** What a container does in its root folder. */
  @FunctionalInterface
  private interface Work {
    void in(Path root) throws IOException;
  }

  private List<String> changes(List<Path> layers, OverlayOptions options, Work work)
      throws IOException {
    try (Scratch scratch = new Scratch(linux, folder);
        LayerStack stack = LayerStack.open(linux, layers);
        WritableLayer writable = scratch.writable(stack);
        Fd mount = stack.mount(writable, options)) {
      work.in(Scratch.root(mount));
      return new LayerChanges(linux, stack, writable, options)
          .toList().stream().map(Change::toString).toList();
    }
  }

  private List<String> changes(Work work, String... base) throws IOException {
    try (Scratch scratch = new Scratch(linux, folder)) {
      return changes(List.of(scratch.layer("base", base)), OverlayOptions.DEFAULTS, work);
    }
  }

  @Test
  void shouldTellNothingOfAnUntouchedContainer() throws IOException {
    assertThat(changes(root -> {}, "etc/hosts")).isEmpty();
  }

  @Test
  void shouldTellFoldersBeforeTheirContentInTheOrderOfBytes() throws IOException {
    assertThat(
            changes(
                root -> {
                  Files.writeString(root.resolve("usr/share/doc/b"), "new");
                  Files.writeString(root.resolve("usr/share/doc/B"), "new");
                  Files.createDirectories(root.resolve("a/x"));
                  Files.createDirectory(root.resolve("a-b"));
                  Files.delete(root.resolve("usr/bin/z"));
                },
                "usr/share/doc/b",
                "usr/bin/z",
                "usr/bin/y",
                "usr/lib/untouched"))
        .containsExactly(
            "A /a",
            "A /a/x",
            "A /a-b",
            "C /usr",
            "C /usr/bin",
            "D /usr/bin/z",
            "C /usr/share",
            "C /usr/share/doc",
            "A /usr/share/doc/B",
            "C /usr/share/doc/b");
  }

  @Test
  void shouldTellAFolderThatIsGoneOnce() throws IOException {
    assertThat(changes(root -> deleteTree(root.resolve("a")), "a/b/c", "a/d"))
        .containsExactly("D /a");
  }

  private static void deleteTree(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      for (String name : Scratch.names(path)) {
        deleteTree(path.resolve(name));
      }
    }
    Files.delete(path);
  }

  @Test
  void shouldTellWhatAFolderThatWasMadeAnewHides() throws IOException {
    assertThat(
            changes(
                root -> {
                  deleteTree(root.resolve("a"));
                  Files.createDirectories(root.resolve("a/sub"));
                  Files.writeString(root.resolve("a/kept"), "again");
                  Files.writeString(root.resolve("a/sub/new"), "new");
                },
                "a/kept",
                "a/gone",
                "a/sub/old",
                "a/sub2/old"))
        .containsExactly(
            "C /a",
            "D /a/gone",
            "C /a/kept",
            "C /a/sub",
            "A /a/sub/new",
            "D /a/sub/old",
            "D /a/sub2");
  }

  @Test
  void shouldTellChangesOfType() throws IOException {
    assertThat(
            changes(
                root -> {
                  Files.delete(root.resolve("file"));
                  Files.createDirectory(root.resolve("file"));
                  Files.writeString(root.resolve("file/in"), "x");
                  deleteTree(root.resolve("dir"));
                  Files.writeString(root.resolve("dir"), "x");
                  Files.delete(root.resolve("link"));
                  Files.createSymbolicLink(root.resolve("link"), Path.of("target"));
                },
                "file",
                "dir/a",
                "link"))
        .containsExactly("C /dir", "C /file", "A /file/in", "C /link");
  }

  @Test
  void shouldNotTellAFolderThatWasOnlyCopiedUp() throws IOException {
    assertThat(
            changes(
                root -> {
                  Files.writeString(root.resolve("a/b/temporary"), "x");
                  Files.delete(root.resolve("a/b/temporary"));
                },
                "a/b/c"))
        .isEmpty();
  }

  @Test
  void shouldTellMetadataOfFolders() throws IOException {
    assertThat(
            changes(
                root -> {
                  Files.setPosixFilePermissions(
                      root.resolve("mode"), PosixFilePermissions.fromString("rwx------"));
                  Files.setAttribute(root.resolve("owner"), "unix:uid", 4711);
                  Files.setAttribute(root.resolve("group"), "unix:gid", 4711);
                  try (Arena arena = Arena.ofConfined();
                      Fd attribute = open(root.resolve("attribute"))) {
                    MemorySegment x = arena.allocateFrom(JAVA_BYTE, (byte) 'x');
                    linux.xattrs().fsetxattr(attribute, "trusted.note", x, 0);
                  }
                },
                "mode/f",
                "owner/f",
                "group/f",
                "attribute/f",
                "same/f"))
        .containsExactly("C /attribute", "C /group", "C /mode", "C /owner");
  }

  @Test
  void shouldTellHardLinksAndRenames() throws IOException {
    assertThat(
            changes(
                root -> {
                  Files.createLink(root.resolve("link"), root.resolve("old"));
                  Files.move(root.resolve("from"), root.resolve("to"));
                  Files.move(
                      root.resolve("x"), root.resolve("y"), StandardCopyOption.REPLACE_EXISTING);
                },
                "old",
                "from",
                "x",
                "y"))
        .containsExactly("D /from", "A /link", "C /old", "A /to", "D /x", "C /y");
  }

  @Test
  void shouldLookThroughAllLayers() throws IOException {
    try (Scratch scratch = new Scratch(linux, folder);
        Arena arena = Arena.ofConfined()) {
      Path base = scratch.layer("base", "d/one", "d/two", "e/hidden");
      Path middle = scratch.layer("middle", "d/three", "e/shown");
      Path top = scratch.layer("top", "d/four");
      Whiteouts whiteouts = new Whiteouts(linux, OverlayOptions.DEFAULTS, arena);
      try (Fd d = open(top.resolve("d"));
          Fd e = open(middle.resolve("e"))) {
        whiteouts.create(d, Name.of("one"));
        whiteouts.makeOpaque(e);
      }
      assertThat(
              changes(
                  List.of(top, middle, base),
                  OverlayOptions.DEFAULTS,
                  root -> {
                    Files.writeString(root.resolve("d/one"), "back");
                    Files.delete(root.resolve("d/two"));
                    Files.writeString(root.resolve("d/three"), "x");
                    Files.delete(root.resolve("d/four"));
                    Files.writeString(root.resolve("e/hidden"), "back");
                    Files.delete(root.resolve("e/shown"));
                  }))
          .containsExactly(
              "C /d",
              "D /d/four",
              "A /d/one",
              "C /d/three",
              "D /d/two",
              "C /e",
              "A /e/hidden",
              "D /e/shown");
    }
  }

  private Fd open(Path path) {
    return linux
        .files()
        .openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
  }

  @Test
  void shouldNotFollowLinksThatAnImageHas() throws IOException {
    try (Scratch scratch = new Scratch(linux, folder)) {
      Path outside = scratch.layer("outside", "secret", "dir/secret");
      Path base = scratch.layer("base", "file");
      Files.createSymbolicLink(base.resolve("out"), outside);
      assertThat(
              changes(
                  List.of(base),
                  OverlayOptions.DEFAULTS,
                  root -> {
                    Files.delete(root.resolve("out"));
                    Files.createDirectories(root.resolve("out/dir"));
                    Files.writeString(root.resolve("out/secret"), "x");
                    Files.createSymbolicLink(root.resolve("up"), outside);
                  }))
          .containsExactly("C /out", "A /out/dir", "A /out/secret", "A /up");
    }
  }

  @Test
  void shouldKeepTheBytesOfNames() throws IOException {
    byte[] latin = {'n', (byte) 0xe4, 'm', 'e'};
    try (Scratch scratch = new Scratch(linux, folder);
        LayerStack stack = LayerStack.open(linux, List.of(scratch.layer("base", "d/f")));
        WritableLayer writable = scratch.writable(stack);
        Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
      linux.files().mkdirat(mount, Name.of(latin), 0755);
      try (Fd in = linux.files().openat(mount, Name.of(latin), Fcntl.O_PATH, 0)) {
        linux.files().mkdirat(in, Name.of(latin), 0755);
      }

      List<Change> changes =
          new LayerChanges(linux, stack, writable, OverlayOptions.DEFAULTS).toList();

      byte[] both = {'n', (byte) 0xe4, 'm', 'e', '/', 'n', (byte) 0xe4, 'm', 'e'};
      assertThat(changes)
          .containsExactly(
              new Change(Change.Kind.ADDED, Name.of(latin)),
              new Change(Change.Kind.ADDED, Name.of(both)));
    }
  }

  @Test
  void shouldWalkTreesDeeperThanAPathMayBeLong() throws IOException {
    String name = "d".repeat(250);
    int depth = 40;
    try (Scratch scratch = new Scratch(linux, folder)) {
      Path base = scratch.layer("base");
      dig(base, name, depth, "old");
      try (LayerStack stack = LayerStack.open(linux, List.of(base));
          WritableLayer writable = scratch.writable(stack)) {
        try (Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
          dig(Scratch.root(mount), name, depth, "new");
        }

        List<Change> changes =
            new LayerChanges(linux, stack, writable, OverlayOptions.DEFAULTS).toList();

        assertThat(changes).hasSize(depth + 1);
        assertThat(changes.subList(0, depth))
            .allMatch(change -> change.kind() == Change.Kind.CHANGED);
        assertThat(changes.getLast().kind()).isEqualTo(Change.Kind.ADDED);
        assertThat(changes.getLast().path().length()).isEqualTo(251 * depth + 3);
        scratch.remove(writable);
        new FolderRemoval(linux, Arena.ofAuto()).remove(scratch.parent, "base");
      }
    }
  }

  private void dig(Path root, String name, int depth, String last) {
    List<Fd> open = new ArrayList<>();
    open.add(open(root));
    for (int i = 0; i < depth; i++) {
      linux.files().mkdirat(open.getLast(), name, 0755);
      open.add(linux.files().openat(open.getLast(), name, Fcntl.O_PATH, 0));
    }
    linux.files().mkdirat(open.getLast(), last, 0755);
    open.forEach(Fd::close);
  }

  @Test
  void shouldRefuseAnUpperThatDoesNotHoldItsFilesWhole() throws IOException {
    OverlayOptions metacopy =
        new OverlayOptions(false, false, false, true, RedirectDir.ON, Xino.AUTO, 0, null);
    try (Scratch scratch = new Scratch(linux, folder)) {
      Path base = scratch.layer("base", "d/file", "other/file");
      assertThatThrownBy(
              () ->
                  changes(
                      List.of(base),
                      metacopy,
                      root ->
                          Files.setPosixFilePermissions(
                              root.resolve("d/file"),
                              PosixFilePermissions.fromString("rwx------"))))
          .isInstanceOf(OverlayException.class)
          .hasMessageStartingWith("/d/file has the attribute trusted.overlay.metacopy");
      deleteTree(folder.resolve("container"));
      assertThatThrownBy(
              () ->
                  changes(
                      List.of(base),
                      metacopy,
                      root -> Files.move(root.resolve("other"), root.resolve("renamed"))))
          .hasMessageStartingWith("/renamed has the attribute trusted.overlay.redirect");
    }
  }

  @Test
  void shouldHeedAnOpaqueRootAndMarkedWhiteouts() throws IOException {
    try (Scratch scratch = new Scratch(linux, folder);
        Arena arena = Arena.ofConfined();
        LayerStack stack = LayerStack.open(linux, List.of(scratch.layer("base", "a", "b")));
        WritableLayer writable = scratch.writable(stack);
        Fd upper = writable.openUpper()) {
      Files.createFile(folder.resolve("container/upper/a"));
      Files.createFile(folder.resolve("container/upper/none"));
      MemorySegment x = arena.allocateFrom(JAVA_BYTE, (byte) 'x');
      linux.xattrs().fsetxattr(upper, "trusted.overlay.opaque", x, 0);
      for (String name : List.of("a", "none")) {
        linux
            .xattrs()
            .lsetxattr(upper, Name.of(name), "trusted.overlay.whiteout", x.asSlice(0, 0), 0);
      }
      LayerChanges changes = new LayerChanges(linux, stack, writable, OverlayOptions.DEFAULTS);
      assertThat(changes.toList()).map(Change::toString).containsExactly("D /a");

      new Whiteouts(linux, OverlayOptions.DEFAULTS, arena).makeOpaque(upper);

      assertThat(changes.toList()).map(Change::toString).containsExactly("C /a", "D /b", "A /none");
    }
  }
}
