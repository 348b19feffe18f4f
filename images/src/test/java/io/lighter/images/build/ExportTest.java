package io.lighter.images.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.compression.Compression;
import io.lighter.images.fixture.DebianRegistry;
import io.lighter.images.fixture.Tool;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.NamedImage;
import io.lighter.images.transfer.Pull;
import io.lighter.linux.Linux;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images on their way to registries and files, with the options of {@code --output}. */
@RequiresRoot
@RequiresTool("busybox")
@RequiresTool("docker-registry")
class ExportTest {
  private static final String DOCKERFILE =
      "FROM busybox\nCOPY a /a\nRUN echo made > /made\nLABEL x=y\n";

  @TempDir Path folder;
  private BuildFixture fixture;
  private DebianRegistry registry;
  private Registries registries;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
    fixture.file("a", "content");
    registry = DebianRegistry.start(folder.resolve("registry"));
    registries =
        Registries.open(
            ClientOptions.defaults(CredentialSource.ANONYMOUS).withCertificateFolders(List.of()));
  }

  @AfterEach
  void stop() {
    registries.close();
    registry.close();
  }

  private Reference name(String path) {
    return Reference.parse(registry.domain() + "/" + path);
  }

  private BuildResult build(BuildOutput... outputs) throws IOException {
    return fixture.builder().build(fixture.request(DOCKERFILE), List.of(outputs), fixture.progress);
  }

  private PushOutput push(ExportOptions options, String... paths) {
    return new PushOutput(
        List.of(paths).stream().map(this::name).toList(), options, () -> registries);
  }

  private ImageManifest pushed(String path) {
    Reference name = name(path);
    RemoteManifest manifest = registries.repository(name).manifest(name.selector());
    return ImageManifest.read(manifest.mediaType(), manifest.bytes());
  }

  private static List<String> types(ImageManifest manifest) {
    return manifest.layers().stream().map(Descriptor::mediaType).toList();
  }

  @Test
  @RequiresTool("skopeo")
  void shouldPushUnderEveryName() throws Exception {
    BuildResult result = build(push(ExportOptions.DEFAULT, "team/app:1", "team/app:2"));
    ImageRecord image = Objects.requireNonNull(result.image());
    assertThat(pushed("team/app:1")).isEqualTo(pushed("team/app:2"));
    assertThat(types(pushed("team/app:1"))).containsOnly(MediaTypes.OCI_LAYER_GZIP);
    assertThat(fixture.progress.output)
        .anyMatch(line -> line.endsWith("team/app:1"))
        .anyMatch(line -> line.endsWith(": Pushed"));
    NamedImage named = Objects.requireNonNull(fixture.store.named(name("team/app:2")));
    assertThat(named.manifest()).isEqualTo(image.manifest());
    assertThat(
            Tool.run(
                folder,
                "skopeo",
                "inspect",
                "--tls-verify=false",
                "--format={{.Digest}}",
                "docker://" + name("team/app:1")))
        .contains(image.manifest().digest().toString());
    ImageStore other = ImageStore.open(Linux.kernel(), folder.resolve("other"));
    ImageRecord back =
        new Pull(other, registries, Platform.local(), event -> {}).pull(name("team/app:1")).image();
    assertThat(back.id()).isEqualTo(image.id());
    assertThat(back.diffIds()).isEqualTo(image.diffIds());
  }

  @Test
  void shouldCompressAsAsked() throws IOException {
    build(push(new ExportOptions(Compression.NONE, null, false, true, List.of()), "plain:1"));
    assertThat(types(pushed("plain:1")))
        .containsExactly(MediaTypes.OCI_LAYER_GZIP, MediaTypes.OCI_LAYER, MediaTypes.OCI_LAYER);
    build(push(new ExportOptions(Compression.ZSTD, 19, false, true, List.of()), "zstd:1"));
    assertThat(types(pushed("zstd:1")))
        .containsExactly(
            MediaTypes.OCI_LAYER_GZIP, MediaTypes.OCI_LAYER_ZSTD, MediaTypes.OCI_LAYER_ZSTD);
    build(push(new ExportOptions(Compression.ZSTD, null, true, true, List.of()), "all:1"));
    assertThat(types(pushed("all:1"))).containsOnly(MediaTypes.OCI_LAYER_ZSTD);
    build(push(new ExportOptions(Compression.NONE, null, true, true, List.of()), "none:1"));
    assertThat(types(pushed("none:1"))).containsOnly(MediaTypes.OCI_LAYER);
    build(push(new ExportOptions(Compression.GZIP, 9, true, true, List.of()), "nine:1"));
    build(push(new ExportOptions(Compression.GZIP, 1, true, true, List.of()), "one:1"));
    assertThat(pushed("nine:1").layers().getFirst().size())
        .isLessThan(pushed("one:1").layers().getFirst().size());
    ImageRecord image = fixture.build(DOCKERFILE);
    assertThat(fixture.store.config(image).diffIds()).isEqualTo(image.diffIds());
  }

  @Test
  void shouldSpeakDockersWordsAndAnnotate() throws IOException {
    build(push(new ExportOptions(null, null, false, false, List.of()), "docker:1"));
    ImageManifest docker = pushed("docker:1");
    assertThat(docker.mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
    assertThat(docker.config().mediaType()).isEqualTo(MediaTypes.DOCKER_CONFIG);
    assertThat(types(docker)).containsOnly(MediaTypes.DOCKER_LAYER_GZIP);
    build(
        push(
            new ExportOptions(null, null, false, true, List.of(Annotation.ofManifest("k", "v"))),
            "noted:1"));
    assertThat(pushed("noted:1").annotations()).containsExactly(Map.entry("k", "v"));
  }

  @Test
  @RequiresTool("skopeo")
  void shouldWriteFilesThatOthersRead() throws Exception {
    Path file = folder.resolve("image.tar");
    try (OutputStream out = Files.newOutputStream(file)) {
      build(
          new ImageArchiveOutput(
              List.of(),
              new ExportOptions(
                  Compression.ZSTD, null, true, true, List.of(Annotation.ofManifest("k", "v"))),
              out));
    }
    assertThat(Tool.run(folder, "skopeo", "inspect", "--raw", "oci-archive:" + file))
        .contains("tar+zstd")
        .doesNotContain("tar+gzip")
        .contains("\"annotations\":{\"k\":\"v\"}");
  }

  @Test
  void shouldFailAsTheRegistryDoes() {
    registry.close();
    assertThatThrownBy(() -> build(push(ExportOptions.DEFAULT, "team/app:1")))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(registry.domain());
    assertThat(fixture.progress.events).contains("FAILED exporting to image and pushing");
    assertThatThrownBy(() -> push(ExportOptions.DEFAULT)).hasMessageContaining("--tag");
    assertThatThrownBy(() -> new ExportOptions(Compression.ZSTD, 23, false, true, List.of()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("0 to 22, not 23");
  }
}
