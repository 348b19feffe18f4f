package io.lighter.overlay.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Name;
import io.lighter.overlay.LayerChanges;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.WritableLayer;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class ArchiveWriterTest extends ExtractionTestBase {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private interface Filling {
    void fill(ArchiveWriter writer, Fd folder) throws IOException;
  }

  private WrittenArchive write(Path source, ArchiveOptions options, Filling filling)
      throws IOException {
    bytes.reset();
    try (ArchiveWriter writer = new ArchiveWriter(linux, options, bytes);
        Fd folder = open(source)) {
      filling.fill(writer, folder);
      return writer.finish();
    }
  }

  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    TarReader reader =
        new TarReader(new ByteArrayInputStream(bytes.toByteArray()), ExtractionLimits.DEFAULTS);
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      names.add(entry.name().toString());
    }
    return names;
  }

  /** The bytes are a contract: a layer that is written again must keep its digest. */
  @Test
  void shouldWriteTheseVeryBytes() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "content");
    Files.setAttribute(file, "unix:mode", 0640);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_500_000_000_500L));
    Files.createLink(root.resolve("link"), file);

    WrittenArchive written =
        write(
            root,
            new ArchiveOptions(true, OwnerMapping.all(1, 3_000_000)),
            (writer, folder) -> {
              writer.add(folder, Name.of("file"), Name.of("a/file"));
              writer.add(folder, Name.of("link"), Name.of("link"));
              writer.addWhiteout(Name.of("a/gone"));
            });

    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    String nulls = text.replaceAll("\0+", "|");
    assertThat(nulls)
        .isEqualTo(
            "././@PaxHeader|0000644|0000000|0000000|00000000045|00000000000|010232| x|ustar|00|"
                + "15 gid=3000000\n22 mtime=1500000000.5\n|"
                + "a/file|0000640|0000001|0000000|00000000007|13132027400|007050| 0|ustar|00|"
                + "content|"
                + "././@PaxHeader|0000644|0000000|0000000|00000000045|00000000000|010232| x|ustar|"
                + "00|15 gid=3000000\n22 mtime=1500000000.5\n|"
                + "link|0000640|0000001|0000000|00000000000|13132027400|007720| 1a/file|ustar|00|"
                + "a/.wh.gone|0000000|0000000|0000000|00000000000|00000000000|007503| 0|ustar|00|");
    assertThat(written.bytes()).isEqualTo(bytes.size()).isEqualTo(512 * 10);
    assertThat(written.entries()).isEqualTo(3);
  }

  @Test
  void shouldSortNamesAndPutWhiteoutsFirst() throws IOException {
    for (String name : List.of("b", "B", "a-", "a/x", "a/y/z", "a0", "~")) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), "");
    }
    try (Fd folder = open(root)) {
      linux.files().mknodat(folder, "~~gone", Fcntl.S_IFCHR, 0);
    }

    write(root, ArchiveOptions.LAYER, (writer, folder) -> writer.addTree(folder, Name.of("")));

    assertThat(names())
        .containsExactly(
            "./", ".wh.~~gone", "B", "a/", "a/x", "a/y/", "a/y/z", "a-", "a0", "b", "~");
  }

  @Test
  void shouldNameATreeAsTold() throws IOException {
    Files.createDirectories(root.resolve("etc/x"));
    Files.createSymbolicLink(root.resolve("etc/l"), Path.of("/"));

    write(
        root.resolve("etc"),
        ArchiveOptions.FILES,
        (writer, folder) -> writer.addTree(folder, Name.of("copied/etc")));

    assertThat(names()).containsExactly("copied/etc/", "copied/etc/l", "copied/etc/x/");
  }

  @Test
  void shouldNotFollowLinksOutOfTheTree() throws IOException {
    Files.createSymbolicLink(root.resolve("up"), outside);

    write(
        root,
        ArchiveOptions.FILES,
        (writer, folder) -> {
          assertThat(writer.add(folder, Name.of("up/secret"), Name.of("x"))).isFalse();
          assertThat(writer.add(folder, Name.of("gone"), Name.of("x"))).isFalse();
          assertThat(writer.add(folder, Name.of("up"), Name.of("link"))).isTrue();
          assertThatThrownBy(() -> writer.add(folder, Name.of("../outside/secret"), Name.of("x")))
              .isInstanceOf(ArchiveException.class);
        });

    assertThat(names()).containsExactly("link");
  }

  @Test
  void shouldRefuseFilesThatLookLikeWhiteouts() throws IOException {
    Files.writeString(root.resolve(".wh.x"), "");

    assertThatThrownBy(
            () ->
                write(
                    root,
                    ArchiveOptions.LAYER,
                    (writer, folder) -> writer.addTree(folder, Name.of(""))))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContainingAll("\".wh.x\"", "cannot have");
    write(root, ArchiveOptions.FILES, (writer, folder) -> writer.addTree(folder, Name.of("")));
    assertThat(names()).containsExactly("./", ".wh.x");
  }

  @Test
  void shouldLeaveOutSocketsAndCountThem() throws IOException {
    try (Fd folder = open(root)) {
      linux.files().mknodat(folder, "socket", Fcntl.S_IFSOCK | 0600, 0);
    }

    WrittenArchive written =
        write(root, ArchiveOptions.FILES, (writer, folder) -> writer.addTree(folder, Name.of("")));

    assertThat(written.sockets()).isEqualTo(1);
    assertThat(names()).containsExactly("./");
  }

  @Test
  void shouldMakeALayerOfWhatAContainerChanged() throws IOException {
    Path base = Files.createDirectory(scratch().resolve("base"));
    for (String name : List.of("kept", "changed", "gone", "d/x", "d/y", "re/made/1", "type/x")) {
      Files.createDirectories(base.resolve(name).getParent());
      Files.writeString(base.resolve(name), "base");
    }
    Map<String, String> shown;
    try (Fd scratchFolder = open(scratch());
        LayerStack stack = LayerStack.open(linux, List.of(base));
        WritableLayer writable =
            WritableLayer.create(linux, scratchFolder, "container", stack.root())) {
      try (Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
        Path merged = Path.of(mount.procPath() + "/.");
        Files.writeString(merged.resolve("changed"), "new");
        Files.delete(merged.resolve("gone"));
        Files.delete(merged.resolve("d/x"));
        Files.delete(merged.resolve("re/made/1"));
        Files.delete(merged.resolve("re/made"));
        Files.createDirectory(merged.resolve("re/made"));
        Files.writeString(merged.resolve("re/made/2"), "2");
        Files.delete(merged.resolve("type/x"));
        Files.delete(merged.resolve("type"));
        Files.writeString(merged.resolve("type"), "a file");
        shown = contentOf(merged);
      }
      try (Fd upper = writable.openUpper()) {
        LayerChanges changes = new LayerChanges(linux, stack, writable, OverlayOptions.DEFAULTS);
        write(root, ArchiveOptions.LAYER, (writer, folder) -> writer.addChanges(changes, upper));
      }
    }
    assertThat(names())
        .containsExactly(
            "changed",
            "d/",
            "d/.wh.x",
            ".wh.gone",
            "re/",
            "re/made/",
            "re/made/.wh.1",
            "re/made/2",
            "type");

    extract(new ByteArrayInputStream(bytes.toByteArray()));

    try (LayerStack stack = LayerStack.open(linux, List.of(root, base));
        Fd mount = stack.mountReadOnly(OverlayOptions.DEFAULTS)) {
      assertThat(contentOf(Path.of(mount.procPath() + "/."))).isEqualTo(shown);
    }
  }

  /** All but the root, whose time is no change of a container. */
  private static Map<String, String> contentOf(Path folder) {
    Map<String, String> files = Snapshot.of(folder);
    files.remove("");
    return files;
  }
}
