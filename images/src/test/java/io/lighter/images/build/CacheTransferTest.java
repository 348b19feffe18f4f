package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.compression.Compression;
import io.lighter.images.fixture.DebianRegistry;
import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.fixture.Tool;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.images.store.ImageRecord;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caches in folders and registries, from one store to another. */
@RequiresRoot
@RequiresTool("busybox")
class CacheTransferTest {
  private static final String DOCKERFILE =
      """
      FROM busybox AS tools
      RUN echo tool > /tool
      FROM busybox
      COPY --from=tools /tool /copied
      RUN echo made > /made; ln -s made /link; mkdir -m 1777 /t
      """;

  @TempDir Path folder;
  private BuildFixture fixture;
  private Path layout;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
    layout = folder.resolve("cache/deep");
  }

  private CacheTarget to(boolean all, Compression compression) {
    return new CacheTarget.Folder(
        layout, "latest", new CacheTarget.Options(all, false, compression, null));
  }

  private CacheSource from() {
    return new CacheSource.Folder(layout, null, "latest");
  }

  private ImageRecord elsewhere(String name, CacheSource source, Recorded[] heard)
      throws IOException {
    BuildFixture other = new BuildFixture(folder, name);
    ImageRecord image =
        other.build(
            DOCKERFILE,
            r -> {
              r.cacheFrom = List.of(source);
              r.sourceDateEpoch = 1L;
            });
    heard[0] = other.progress;
    return image;
  }

  private ImageRecord export(CacheTarget target) throws IOException {
    return fixture.build(
        DOCKERFILE,
        r -> {
          r.cacheTo = List.of(target);
          r.sourceDateEpoch = 1L;
        });
  }

  @Test
  void shouldKeepAllLayersInAFolder() throws Exception {
    ImageRecord image = export(to(true, Compression.ZSTD));
    Recorded[] heard = new Recorded[1];
    ImageRecord again = elsewhere("other", from(), heard);
    assertThat(heard[0].done()).isEmpty();
    assertThat(heard[0].cached()).hasSize(3);
    assertThat(heard[0].warnings).isEmpty();
    assertThat(again.id()).isEqualTo(image.id());
    // What came from elsewhere is not written down for other builds.
    BuildFixture other = new BuildFixture(folder, "other");
    other.build(DOCKERFILE, r -> r.sourceDateEpoch = 1L);
    assertThat(other.progress.done()).hasSize(3);
  }

  @Test
  void shouldKeepTheLayersOfTheResultOnly() throws IOException {
    export(to(false, Compression.NONE));
    Recorded[] heard = new Recorded[1];
    elsewhere("other", from(), heard);
    assertThat(heard[0].done()).containsExactly("RUN echo tool > /tool");
    assertThat(heard[0].cached()).hasSize(2);
  }

  @Test
  @RequiresTool("skopeo")
  void shouldWriteALayoutThatGrows() throws Exception {
    export(to(true, Compression.GZIP));
    Digest first = new OciLayout(layout).manifest(null, "latest").digest();
    fixture.build(
        "FROM busybox\nRUN echo new > /new\n",
        r ->
            r.cacheTo =
                List.of(new CacheTarget.Folder(layout, "two", CacheTarget.Options.DEFAULT)));
    assertThat(Tool.run(folder, "skopeo", "inspect", "--raw", "oci:" + layout + ":latest"))
        .contains(CacheDocument.TYPE);
    assertThat(Tool.run(folder, "skopeo", "inspect", "--raw", "oci:" + layout + ":two"))
        .contains(MediaTypes.OCI_LAYER_GZIP);
    Recorded[] heard = new Recorded[1];
    elsewhere("other", new CacheSource.Folder(layout, first, "none"), heard);
    assertThat(heard[0].done()).isEmpty();
    elsewhere("third", new CacheSource.Folder(layout, null, "none"), heard);
    assertThat(heard[0].warnings.getFirst()).contains("has nothing of the tag none");
    assertThat(heard[0].done()).hasSize(3);
  }

  @Test
  @RequiresTool("docker-registry")
  void shouldKeepACacheInARegistry() throws IOException {
    try (DebianRegistry registry = DebianRegistry.start(folder.resolve("registry"));
        Registries registries =
            Registries.open(
                ClientOptions.defaults(CredentialSource.ANONYMOUS)
                    .withCertificateFolders(List.of()))) {
      Reference name = Reference.parse(registry.domain() + "/team/cache:1");
      CacheTarget.Options all = new CacheTarget.Options(true, false, Compression.GZIP, 1);
      ImageRecord image = export(new CacheTarget.Registry(name, () -> registries, all));
      Recorded[] heard = new Recorded[1];
      CacheSource source = new CacheSource.Registry(name, () -> registries);
      assertThat(elsewhere("other", source, heard).id()).isEqualTo(image.id());
      assertThat(heard[0].done()).isEmpty();
      // An image in a registry may have a cache, too.
      Reference app = Reference.parse(registry.domain() + "/team/app:1");
      fixture
          .builder()
          .build(
              fixture
                  .request(DOCKERFILE)
                  .with(
                      r -> {
                        r.args = Map.of(InlineCache.ARGUMENT, "1");
                        r.sourceDateEpoch = 1L;
                      }),
              List.of(new PushOutput(List.of(app), ExportOptions.DEFAULT, () -> registries)),
              Progress.NONE);
      BuildFixture third = new BuildFixture(folder, "third");
      try (PulledImages images = new PulledImages(third.store, () -> registries, event -> {})) {
        new Builder(third.store, images, third::runtime)
            .build(
                third
                    .request(DOCKERFILE)
                    .with(
                        r -> {
                          r.cacheFrom = List.of(new CacheSource.Registry(app, () -> registries));
                          r.sourceDateEpoch = 1L;
                        }),
                List.of(),
                third.progress);
      }
      assertThat(third.progress.done()).containsExactly("RUN echo tool > /tool");
    }
  }

  @Test
  void shouldFailOrTellWhenACacheCannotBeWritten() throws IOException {
    Reference name = Reference.parse("127.0.0.1:1/x/y:1");
    try (Registries registries =
        Registries.open(
            ClientOptions.defaults(CredentialSource.ANONYMOUS).withCertificateFolders(List.of()))) {
      CacheTarget strict =
          new CacheTarget.Registry(name, () -> registries, CacheTarget.Options.DEFAULT);
      assertThatThrownBy(() -> export(strict)).isInstanceOf(RegistryException.class);
      export(
          new CacheTarget.Registry(
              name,
              () -> registries,
              new CacheTarget.Options(false, true, Compression.GZIP, null)));
      assertThat(fixture.progress.warnings.getFirst()).contains("the cache was not written to");
    }
  }

  @Test
  void shouldUseNothingThatIsNotWhatItsDigestsSay() throws IOException {
    ImageRecord image = export(to(true, Compression.GZIP));
    Recorded[] heard = new Recorded[1];
    Path blobs = layout.resolve("blobs/sha256");
    OciLayout cache = new OciLayout(layout);
    Descriptor manifest = cache.manifest(null, "latest");
    byte[] document = cache.read(manifest, 1 << 20);
    ImageManifest read = ImageManifest.read(null, document);

    // Another archive under the name of a layer.
    byte[] evil = TestImages.gzip(new TarBytes().file("evil", "evil").bytes());
    Path layer = blobs.resolve(read.layers().getFirst().digest().hex());
    byte[] good = Files.readAllBytes(layer);
    Files.write(layer, evil);
    assertThat(elsewhere("one", from(), heard).id()).isEqualTo(image.id());
    assertThat(heard[0].warnings.getFirst()).contains("a layer in the cache");
    assertThat(heard[0].done()).hasSize(1);
    Files.write(layer, good);

    // The right digest of the archive, but not of what is in it.
    Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, evil);
    cache.write(blob.digest(), new ByteArrayInputStream(evil));
    CacheDocument right =
        CacheDocument.read(read, cache.read(read.config(), CacheDocument.MAX_BYTES));
    Map<Digest, CacheDocument.Result> wrong = new java.util.HashMap<>();
    right
        .results()
        .forEach((key, result) -> wrong.put(key, new CacheDocument.Result(result.diffId(), blob)));
    publish(cache, new CacheDocument(wrong));
    assertThat(elsewhere("two", from(), heard).id()).isEqualTo(image.id());
    assertThat(heard[0].done()).hasSize(3);
    assertThat(heard[0].warnings.getFirst()).contains("invalid diffID");
    try (Stream<Path> files = Files.walk(folder.resolve("two"))) {
      assertThat(files.filter(file -> file.endsWith("evil"))).isEmpty();
    }

    // A configuration that is not the one of the manifest, and one that names what is not there.
    publish(cache, right);
    Path config = blobs.resolve(read.config().digest().hex());
    Files.writeString(config, "{}");
    elsewhere("three", from(), heard);
    assertThat(heard[0].warnings.getFirst()).contains("has the digest");
    byte[] foreign =
        "{\"results\":[{\"key\":\"%s\",\"diffId\":\"%s\",\"blob\":\"%s\"}]}"
            .formatted(image.id(), image.id(), image.id())
            .getBytes(UTF_8);
    publish(cache, foreign, read.layers());
    elsewhere("four", from(), heard);
    assertThat(heard[0].warnings.getFirst()).contains("is no layer of the manifest");
  }

  private static void publish(OciLayout cache, CacheDocument document) throws IOException {
    publish(cache, document.config(), document.manifest().layers());
  }

  private static void publish(OciLayout cache, byte[] config, List<Descriptor> layers)
      throws IOException {
    Descriptor about = Descriptor.of(CacheDocument.TYPE, config);
    byte[] document = ImageManifest.of(MediaTypes.OCI_MANIFEST, about, layers).toBytes();
    cache.write(about.digest(), new ByteArrayInputStream(config));
    Descriptor manifest = Descriptor.of(MediaTypes.OCI_MANIFEST, document);
    cache.write(manifest.digest(), new ByteArrayInputStream(document));
    cache.tag(manifest, "latest");
  }

  @Test
  void shouldNotReadWhatIsNoCache() throws IOException {
    Recorded[] heard = new Recorded[1];
    elsewhere("one", from(), heard);
    assertThat(heard[0].warnings.getFirst()).contains("is no OCI image layout");
    Files.createDirectories(layout);
    byte[] config = "{}".getBytes(UTF_8);
    Descriptor about = Descriptor.of("application/vnd.buildkit.cacheconfig.v0", config);
    byte[] document = ImageManifest.of(MediaTypes.OCI_MANIFEST, about, List.of()).toBytes();
    OciLayout cache = new OciLayout(layout);
    Descriptor manifest = Descriptor.of(MediaTypes.OCI_MANIFEST, document);
    cache.write(manifest.digest(), new ByteArrayInputStream(document));
    cache.tag(manifest, "latest");
    elsewhere("two", from(), heard);
    assertThat(heard[0].warnings.getFirst())
        .contains("application/vnd.buildkit.cacheconfig.v0, and caches here are");
  }
}
