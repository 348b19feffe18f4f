package io.lighter.overlay.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.OverlayOptions;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each layer twice: as a layer for overlayfs, and right onto the files of the layer below. */
@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class WhiteoutExtractionTest extends ExtractionTestBase {
  private static final ExtractionOptions APPLY =
      ExtractionOptions.LAYER.withWhiteouts(WhiteoutMode.APPLY);

  /** What the image shows after a layer that goes over a base, extracted in either way. */
  private Set<String> pathsAfter(WhiteoutMode mode, TarBytes layer) throws IOException {
    TarBytes base = new TarBytes();
    for (String name : List.of("a", "d/b", "d/c", "d/e/f", "d/e/g/h", "keep")) {
      base.file(name, "base");
    }
    byte[] bytes = layer.raw(new byte[1024]).toBytes();
    InputStream tar = new ByteArrayInputStream(bytes);
    extract(base.end());
    if (mode == WhiteoutMode.APPLY) {
      extract(tar, APPLY);
      return paths(root);
    }
    Path top = Files.createDirectory(scratch().resolve("top"));
    try (Fd folder = open(top)) {
      new ArchiveExtractor(linux, ExtractionOptions.LAYER).extract(tar, folder);
    }
    try (LayerStack stack = LayerStack.open(linux, List.of(top, root));
        Fd mount = stack.mountReadOnly(OverlayOptions.DEFAULTS)) {
      return paths(Path.of(mount.procPath() + "/."));
    }
  }

  private static Set<String> paths(Path folder) {
    Set<String> paths = new TreeSet<>(Snapshot.of(folder).keySet());
    paths.remove("");
    return paths;
  }

  @ParameterizedTest
  @EnumSource(names = {"OVERLAY", "APPLY"})
  void shouldHideOneName(WhiteoutMode mode) throws IOException {
    assertThat(pathsAfter(mode, new TarBytes().file(".wh.a", "").file("d/.wh.e", "")))
        .containsExactly("/d", "/d/b", "/d/c", "/keep");
  }

  @ParameterizedTest
  @EnumSource(names = {"OVERLAY", "APPLY"})
  void shouldHideAllThatIsBelow(WhiteoutMode mode) throws IOException {
    assertThat(
            pathsAfter(
                mode,
                new TarBytes()
                    .file("d/first", "")
                    .file("d/e/own", "")
                    .file("d/.wh..wh..opq", "")
                    .file("d/second", "")))
        .containsExactly("/a", "/d", "/d/e", "/d/e/own", "/d/first", "/d/second", "/keep");
  }

  /** Whiteouts hide what is below, not what is beside: layer.md, "Whiteouts". */
  @ParameterizedTest
  @EnumSource(names = {"OVERLAY", "APPLY"})
  void shouldKeepWhatTheSameLayerBrings(WhiteoutMode mode) throws IOException {
    assertThat(
            pathsAfter(
                mode,
                new TarBytes()
                    .file(".wh.a", "")
                    .file("a", "new")
                    .file(".wh.keep", "")
                    .folder("d/")
                    .folder("d/e/")
                    .file("d/e/own", "")
                    .file("d/.wh.e", "")))
        .containsExactly("/a", "/d", "/d/b", "/d/c", "/d/e", "/d/e/own");
  }

  @ParameterizedTest
  @EnumSource(names = {"OVERLAY", "APPLY"})
  void shouldNotLetThroughWhatWasUnderAFolderThatCameBack(WhiteoutMode mode) throws IOException {
    assertThat(pathsAfter(mode, new TarBytes().file(".wh.d", "").folder("d/").file("d/new", "")))
        .containsExactly("/a", "/d", "/d/new", "/keep");
  }

  @ParameterizedTest
  @EnumSource(names = {"OVERLAY", "APPLY"})
  void shouldNotLetThroughWhatWasUnderAFolderThatIsOnlyUsed(WhiteoutMode mode) throws IOException {
    assertThat(pathsAfter(mode, new TarBytes().file(".wh.d", "").file("d/e/new", "")))
        .containsExactly("/a", "/d", "/d/e", "/d/e/new", "/keep");
  }

  @ParameterizedTest
  @EnumSource(names = {"OVERLAY", "APPLY"})
  void shouldHideWhatIsNotThere(WhiteoutMode mode) throws IOException {
    assertThat(pathsAfter(mode, new TarBytes().file(".wh.no", "").file("d/.wh.no", ""))).hasSize(9);
  }

  /** overlayfs would list whiteouts in an opaque folder, and then not find them. */
  @ParameterizedTest
  @EnumSource(names = {"OVERLAY", "APPLY"})
  void shouldNotShowWhiteoutsInOpaqueFolders(WhiteoutMode mode) throws IOException {
    assertThat(
            pathsAfter(
                mode,
                new TarBytes()
                    .file("d/.wh.b", "")
                    .file("d/.wh..wh..opq", "")
                    .file("d/.wh.c", "")
                    .file("d/x", "")))
        .containsExactly("/a", "/d", "/d/x", "/keep");
  }

  @ParameterizedTest
  @EnumSource(names = {"OVERLAY", "APPLY"})
  void shouldReplaceOneTypeByAnother(WhiteoutMode mode) throws IOException {
    assertThat(pathsAfter(mode, new TarBytes().file("d", "file").folder("a/").file("a/x", "")))
        .containsExactly("/a", "/a/x", "/d", "/keep");
  }

  @Test
  void shouldMarkAsOverlayfsDoes() throws IOException {
    extract(new TarBytes().file(".wh.a", "").file("d/.wh..wh..opq", "").end());

    Map<String, String> files = Snapshot.of(root);
    assertThat(files.get("/a")).isEqualTo("whiteout");
    assertThat(files.get("/d")).contains("{trusted.overlay.opaque=79}");
    assertThat(files).containsOnlyKeys("", "/a", "/d");
  }

  /** Whiteouts of the folder itself, the one above, or of whiteouts. */
  @ParameterizedTest
  @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh.", "d/.wh...", "d/.wh.../"})
  void shouldRefuseWhiteoutsOfNoName(String name) throws IOException {
    Files.createDirectory(root.resolve("d"));
    assertRefused(new TarBytes().file(name, "").end(), "\"" + name + "\"", "whiteout of");
    assertRefused(new TarBytes().file(name, "").end(), APPLY, "whiteout of");
    assertThat(paths(root)).containsExactly("/d");
  }

  @Test
  void shouldRefuseFilesInFoldersThatAreWhiteouts() {
    assertRefused(new TarBytes().file(".wh.a/b", "").end(), "in a folder whose name");
    assertRefused(new TarBytes().file("x/.wh.a/.wh.b", "").end(), APPLY, "in a folder whose name");
  }

  @Test
  void shouldLeaveOutWhatAufsKept() throws IOException {
    ExtractedArchive extracted =
        extract(
            new TarBytes()
                .file(".wh..wh.aufs", "")
                .folder(".wh..wh.plnk/")
                .file(".wh..wh.plnk/1.2", "")
                .hardLink(".wh.a", ".wh..wh.aufs")
                .file("d/.wh..wh.x", "")
                .end());

    assertThat(extracted.remarks()).hasSize(4).allMatch(remark -> remark.contains("aufs"));
    assertThat(Snapshot.of(root)).containsOnlyKeys("", "/a");
  }

  @Test
  void shouldHideThroughLinksInTheRootOnly() throws IOException {
    assertRefused(
        new TarBytes().symlink("up", outside.toString()).file("up/.wh.secret", "").end(),
        APPLY,
        "no folder");
    assertRefused(
        new TarBytes().symlink("up", "../outside").file("up/.wh..wh..opq", "").end(),
        APPLY,
        "no folder");
  }

  @Test
  void shouldRemoveALinkAndNotWhatItPointsTo() throws IOException {
    Files.createSymbolicLink(root.resolve("folder"), outside);
    Files.createDirectory(root.resolve("d"));
    Files.createSymbolicLink(root.resolve("d/folder"), outside);

    extract(new TarBytes().file(".wh.folder", "").file("d/.wh..wh..opq", "").end(), APPLY);

    assertThat(paths(root)).containsExactly("/d");
    assertOutsideIsUntouched();
  }

  @Test
  void shouldTakeNamesLiterallyInWhatIsNoLayer() throws IOException {
    extract(
        new TarBytes().file(".wh.a", "1").file(".wh.", "2").file(".wh.x/y", "3").end(),
        ExtractionOptions.FILES);

    assertThat(paths(root)).containsExactly("/.wh.", "/.wh.a", "/.wh.x", "/.wh.x/y");
  }
}
