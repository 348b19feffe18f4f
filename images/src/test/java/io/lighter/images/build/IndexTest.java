package io.lighter.images.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.build.Annotation.Level;
import io.lighter.images.fixture.DebianRegistry;
import io.lighter.images.fixture.Tool;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.NamedImage;
import io.lighter.images.transfer.Pull;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.io.InputStream;
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

/** Several platforms, attestations, and the notes on an index. */
@RequiresRoot
@RequiresTool("busybox")
@RequiresTool("docker-registry")
class IndexTest {
  private static final String DOCKERFILE =
      "FROM scratch\nARG TARGETARCH\nCOPY a-$TARGETARCH /a\nLABEL for=$TARGETARCH\n";
  private static final List<Platform> TWO =
      List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"));

  @TempDir Path folder;
  private BuildFixture fixture;
  private DebianRegistry registry;
  private Registries registries;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
    fixture.file("a-amd64", "of amd64").file("a-arm64", "of arm64");
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

  private BuildResult build(List<Platform> platforms, BuildRequest request, BuildOutput output)
      throws IOException {
    return fixture.builder().build(request, platforms, List.of(output), fixture.progress);
  }

  private static ExportOptions noted(Annotation... annotations) {
    return ExportOptions.DEFAULT.withAnnotations(List.of(annotations));
  }

  private static Annotation note(Level level, String value) {
    return new Annotation(level, null, "k", value);
  }

  @Test
  @RequiresTool("skopeo")
  void shouldPushAnIndexOfPlatforms() throws Exception {
    Reference name = name("team/app:1");
    BuildResult result =
        build(
            TWO,
            fixture.request(DOCKERFILE),
            new PushOutput(
                List.of(name),
                noted(
                    note(Level.INDEX, "of the index"),
                    note(Level.MANIFEST_DESCRIPTOR, "of a descriptor"),
                    new Annotation(Level.MANIFEST, TWO.getLast(), "k", "of arm64")),
                () -> registries));
    RemoteRepository repository = registries.repository(name);
    RemoteManifest top = repository.manifest("1");
    assertThat(top.descriptor()).isEqualTo(result.index());
    ImageIndex index = ImageIndex.read(top.mediaType(), top.bytes());
    assertThat(index.annotations()).containsExactly(Map.entry("k", "of the index"));
    assertThat(index.manifests().stream().map(Descriptor::platform)).isEqualTo(TWO);
    assertThat(index.manifests().getFirst().annotations()).containsEntry("k", "of a descriptor");
    RemoteManifest arm = repository.manifest(index.choose(TWO.getLast()).digest().toString());
    assertThat(ImageManifest.read(null, arm.bytes()).annotations()).containsEntry("k", "of arm64");
    assertThat(fixture.progress.events).contains("started [linux/arm64 1/1] COPY a-$TARGETARCH /a");
    ImageStore other = ImageStore.open(Linux.kernel(), folder.resolve("other"));
    for (Platform platform : TWO) {
      ImageRecord image = new Pull(other, registries, platform, event -> {}).pull(name).image();
      assertThat(other.config(image).config().labels())
          .containsEntry("for", platform.architecture());
      assertThat(other.layers().folder(image.diffIds().getFirst()).resolve("a"))
          .hasContent("of " + platform.architecture());
    }
    assertThat(
            Tool.run(
                folder,
                "skopeo",
                "inspect",
                "--tls-verify=false",
                "--override-arch=arm64",
                "--format={{.Labels.for}}",
                "docker://" + name))
        .contains("arm64");
  }

  @Test
  @RequiresTool("skopeo")
  void shouldWriteALayoutWithAnIndex() throws Exception {
    Path file = folder.resolve("both.tar");
    try (OutputStream out = Files.newOutputStream(file)) {
      build(
          TWO,
          fixture.request(DOCKERFILE),
          new ImageArchiveOutput(
              List.of(Reference.parse("app:1")), noted(note(Level.INDEX_DESCRIPTOR, "top")), out));
    }
    Tool.run(
        folder, "skopeo", "copy", "--all", "oci-archive:" + file, "oci:" + folder + "/layout:x");
    Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
    Tool.run(unpacked, "tar", "-xf", file.toString());
    assertThat(unpacked.resolve("index.json"))
        .content()
        .contains("\"k\":\"top\"")
        .contains("\"io.containerd.image.name\":\"docker.io/library/app:1\"")
        .contains(MediaTypes.OCI_INDEX);
    assertThat(unpacked.resolve("manifest.json")).doesNotExist();
  }

  @Test
  void shouldWriteAFolderForEachPlatform() throws IOException {
    Path out = folder.resolve("out");
    build(TWO, fixture.request(DOCKERFILE), new FolderOutput(out));
    assertThat(out.resolve("linux_amd64/a")).hasContent("of amd64");
    assertThat(out.resolve("linux_arm64/a")).hasContent("of arm64");
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Path trap = Files.createDirectories(folder.resolve("trap"));
    Files.createSymbolicLink(trap.resolve("linux_arm64"), elsewhere);
    assertThatThrownBy(() -> build(TWO, fixture.request(DOCKERFILE), new FolderOutput(trap)))
        .isInstanceOf(LinuxException.class);
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void shouldAttestHowItWasBuilt() throws IOException {
    Reference name = name("team/app:1");
    String dockerfile = "FROM busybox\nARG A\nRUN echo $A > /a\n";
    BuildRequest request =
        fixture
            .request(dockerfile)
            .with(
                r -> {
                  r.provenance = new ProvenanceOptions(true, "https://me.test", false);
                  r.args = Map.of("A", "value");
                  r.secrets = Map.of("token", () -> new byte[0]);
                });
    PushOutput push = new PushOutput(List.of(name), ExportOptions.DEFAULT, () -> registries);
    build(List.of(Platform.local()), request, push);
    NamedImage base = Objects.requireNonNull(fixture.store.named(Reference.parse("busybox")));
    String all = statement(name);
    assertThat(all)
        .contains("\"build-arg:A\" : \"value\"")
        .contains("\"id\" : \"token\"")
        .contains("\"id\" : \"https://me.test\"")
        .contains("\"uri\" : \"pkg:docker/busybox@latest?platform=linux%2F")
        .contains("team/app@1?platform=linux%2F")
        .contains(base.manifest().digest().hex());
    build(
        List.of(Platform.local()),
        request.with(r -> r.provenance = new ProvenanceOptions(false, "", true)),
        push);
    assertThat(statement(name))
        .doesNotContain("value")
        .doesNotContain("token")
        .contains("\"buildkit_reproducible\" : true");
    ImageStore other = ImageStore.open(Linux.kernel(), folder.resolve("other"));
    ImageRecord image =
        new Pull(other, registries, Platform.local(), event -> {}).pull(name).image();
    assertThat(other.layers().folder(image.diffIds().getLast()).resolve("a")).hasContent("value");
  }

  /** Reads the attestation of the only image, and checks what leads to it. */
  private String statement(Reference name) throws IOException {
    RemoteRepository repository = registries.repository(name);
    RemoteManifest top = repository.manifest(name.selector());
    List<Descriptor> manifests = ImageIndex.read(top.mediaType(), top.bytes()).manifests();
    assertThat(manifests).hasSize(2);
    Descriptor image = manifests.getFirst();
    Descriptor attestation = manifests.getLast();
    assertThat(attestation.platform()).hasToString("unknown/unknown");
    assertThat(attestation.annotations())
        .containsEntry("vnd.docker.reference.digest", image.digest().toString())
        .containsEntry("vnd.docker.reference.type", "attestation-manifest");
    RemoteManifest document = repository.manifest(attestation.digest().toString());
    ImageManifest manifest = ImageManifest.read(document.mediaType(), document.bytes());
    Descriptor layer = manifest.layers().getFirst();
    assertThat(layer.mediaType()).isEqualTo("application/vnd.in-toto+json");
    assertThat(layer.annotations())
        .containsEntry("in-toto.io/predicate-type", "https://slsa.dev/provenance/v1");
    byte[] bytes;
    try (InputStream in = repository.blob(layer, 0)) {
      bytes = in.readAllBytes();
    }
    Fields subject =
        Fields.read("the statement", bytes)
            .objects("subject", fields -> fields)
            .getFirst()
            .requiredObject("digest");
    assertThat(subject.text("sha256")).isEqualTo(image.digest().hex());
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void shouldRefuseWhereThereIsNoIndex() {
    BuildRequest request = fixture.request(DOCKERFILE);
    assertThatThrownBy(() -> build(TWO, request, new StoreOutput(List.of())))
        .hasMessageContaining("takes one image without attestations")
        .hasMessageContaining("type=registry or type=oci");
    assertThatThrownBy(
            () ->
                build(
                    List.of(Platform.local()),
                    request,
                    new StoreOutput(List.of(), noted(note(Level.INDEX, "x")))))
        .hasMessageContaining("the annotation k is of an index, and one image has none");
    assertThatThrownBy(
            () ->
                build(
                    TWO,
                    request,
                    new PushOutput(
                        List.of(name("x:1")),
                        noted(note(Level.INDEX_DESCRIPTOR, "x")),
                        () -> registries)))
        .hasMessageContaining("a registry has none; use type=oci");
    assertThatThrownBy(
            () ->
                build(
                    List.of(Platform.local()),
                    request.with(r -> r.provenance = new ProvenanceOptions(true, "", false)),
                    new FolderOutput(folder.resolve("out"))))
        .hasMessageContaining("--provenance attests images");
    assertThatThrownBy(
            () ->
                build(
                    TWO,
                    fixture.request("FROM scratch\nRUN [\"/x\"]\n"),
                    new FolderOutput(folder.resolve("out"))))
        .isInstanceOf(BuildException.class);
  }
}
