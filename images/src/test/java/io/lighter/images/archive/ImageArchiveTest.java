package io.lighter.images.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.compression.Compression;
import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.transfer.Progress;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresRoot
@LeavesNothing
class ImageArchiveTest {
  @TempDir Path folder;
  private ImageStore store;
  private ImageStore other;

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(Linux.kernel(), folder.resolve("store"));
    other = ImageStore.open(Linux.kernel(), folder.resolve("other"));
  }

  private static byte[] tar(String content) {
    return new TarBytes().folder("etc").file("etc/version", content).bytes();
  }

  private byte[] save(SaveSelection... images) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ImageArchiveWriter(store).write(List.of(images), out);
    return out.toByteArray();
  }

  private List<LoadedImage> load(byte[] archive) throws IOException {
    return new ImageArchiveReader(other, Platform.local(), Progress.SILENT)
        .load(new ByteArrayInputStream(archive));
  }

  private SaveSelection app() throws IOException {
    ImageRecord image = TestImages.put(store, "app:1", tar("one"), tar("two"));
    return new SaveSelection(image, List.of(Reference.parse("app:1"), Reference.parse("app:2")));
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"NONE", "GZIP", "ZSTD"})
  void shouldLoadWhatItSavedWithTheSameDigests(Compression compression) throws IOException {
    SaveSelection app = app();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = compression.compressing(packed)) {
      out.write(save(app));
    }

    List<LoadedImage> loaded = load(packed.toByteArray());

    assertThat(loaded).containsExactly(new LoadedImage(app.image().id(), app.names()));
    ImageRecord image = other.images().getFirst();
    assertThat(image.manifest()).isEqualTo(app.image().manifest());
    assertThat(image.layers()).isEqualTo(app.image().layers());
    assertThat(image.diffIds()).isEqualTo(app.image().diffIds());
    assertThat(other.layers().folder(image.diffIds().get(1)).resolve("etc/version"))
        .hasContent("two");
    assertThat(other.collectGarbage().bytes()).as("nothing else was left").isZero();
    assertThat(save(app)).as("the same bytes again").isEqualTo(save(app));
  }

  @Test
  void shouldLoadAnImageThatWasSavedByItsIdWithoutAName() throws IOException {
    ImageRecord image = app().image();
    assertThat(load(save(new SaveSelection(image, List.of()))))
        .containsExactly(new LoadedImage(image.id(), List.of()));
    assertThat(other.names()).isEmpty();
  }

  @Test
  void shouldLoadDockersOlderArchives() throws IOException {
    byte[] layer = tar("old");
    String config =
        "{\"architecture\":\"%s\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\",\"%s\"]}}"
            .formatted(Platform.local().architecture(), Digest.of(layer), Digest.of(layer));
    byte[] archive =
        new TarBytes()
            .folder("aa")
            .file("aa/layer.tar", 0644, layer)
            .file("aa/VERSION", "1.0")
            .link("bb/layer.tar", "../aa/layer.tar")
            .file("cc.json", config)
            .file(
                "manifest.json",
                "[{\"Config\":\"cc.json\",\"RepoTags\":[\"old:1\"],"
                    + "\"Layers\":[\"aa/layer.tar\",\"bb/layer.tar\"]}]")
            .bytes();
    List<LoadedImage> loaded = load(archive);
    assertThat(loaded.getFirst().id())
        .isEqualTo(Digest.of(config.getBytes(StandardCharsets.UTF_8)));
    assertThat(loaded.getFirst().names()).containsExactly(Reference.parse("old:1"));
    assertThat(other.collectGarbage().bytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not an archive at all", "{}"})
  void shouldRefuseWhatIsNoArchive(String content) {
    assertThatThrownBy(() -> load(content.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfAny(ImageException.class, IOException.class);
  }

  @Test
  void shouldSayWhatAnArchiveLacks() {
    assertThatThrownBy(() -> load(new TarBytes().file("etc/passwd", "root").bytes()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("neither a manifest.json nor an index.json")
        .hasMessageContaining("import");
    assertThatThrownBy(() -> load(new TarBytes().file("repositories", "{}").bytes()))
        .hasMessageContaining("before 1.10");
    String manifest = "[{\"Config\":\"../../etc/shadow.json\",\"Layers\":[]}]";
    assertThatThrownBy(() -> load(new TarBytes().file("manifest.json", manifest).bytes()))
        .hasMessageContaining("the archive lacks ../../etc/shadow.json");
  }

  @Test
  void shouldLeaveTheStoreAsItWasWhenAnArchiveIsWrong() throws IOException {
    byte[] archive = save(app());
    // A byte of the last layer: its digest does not hold.
    int length = archive.length;
    for (int at = 2048; at < length; at += 512) {
      byte[] damaged = archive.clone();
      damaged[at + 100] ^= 1;
      try {
        load(damaged);
      } catch (IOException | RuntimeException e) {
        assertThat(e.getMessage()).isNotBlank();
        assertThat(other.images()).isEmpty();
        assertThat(other.blobs().list()).isEmpty();
        assertThat(other.layers().list()).isEmpty();
      }
      other.images().forEach(image -> remove(image.id()));
      other.collectGarbage();
    }
    for (int end = 0; end < length - 1024; end += 1000) {
      byte[] cut = Arrays.copyOf(archive, end);
      assertThatThrownBy(() -> load(cut)).isInstanceOfAny(IOException.class, ImageException.class);
      assertThat(other.blobs().list()).isEmpty();
    }
  }

  private void remove(Digest id) {
    try {
      other.remove(id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldImportFilesAsOneLayer() throws IOException {
    byte[] tar = tar("imported");
    ContainerConfig config = ContainerConfig.EMPTY.with(draft -> draft.cmd = List.of("sh"));
    ImageRecord image =
        new ImageImport(store)
            .run(
                new ByteArrayInputStream(TestImages.gzip(tar)),
                "Imported from -",
                Platform.local(),
                config,
                Reference.parse("files"));
    assertThat(image.diffIds()).containsExactly(Digest.of(tar));
    assertThat(store.config(image).config().cmd()).containsExactly("sh");
    assertThat(store.config(image).history()).hasSize(1);
    assertThat(store.layers().folder(image.diffIds().getFirst()).resolve("etc/version"))
        .hasContent("imported");
  }

  @Test
  @RequiresTool("skopeo")
  void shouldExchangeImagesWithSkopeo() throws Exception {
    SaveSelection app = app();
    Path ours = folder.resolve("ours.tar");
    Files.write(ours, save(app));
    Path theirs = folder.resolve("theirs.tar");
    Path docker = folder.resolve("docker.tar");
    run("skopeo", "copy", "oci-archive:" + ours + ":1", "oci-archive:" + theirs + ":app:3");
    run(
        "skopeo",
        "copy",
        "docker-archive:" + ours + ":app:1",
        "docker-archive:" + docker + ":app:4");

    List<LoadedImage> layout = load(Files.readAllBytes(theirs));
    assertThat(layout).extracting(LoadedImage::id).containsExactly(app.image().id());
    assertThat(other.images().getFirst().manifest()).isEqualTo(app.image().manifest());
    List<LoadedImage> archive = load(Files.readAllBytes(docker));
    assertThat(archive)
        .containsExactly(new LoadedImage(app.image().id(), List.of(Reference.parse("app:4"))));
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
