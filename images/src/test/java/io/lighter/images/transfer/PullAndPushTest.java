package io.lighter.images.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.archive.ImageImport;
import io.lighter.images.compression.Compression;
import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.images.registry.server.RegistryOptions;
import io.lighter.images.registry.server.RegistryServer;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Ingest;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NamedImage;
import io.lighter.linux.Linux;
import io.lighter.testing.RequiresRoot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
class PullAndPushTest {
  private static final int MOST = 1 << 24;

  @TempDir Path folder;
  private RegistryServer server;
  private Registries registries;
  private ImageStore store;
  private ImageStore other;
  private String domain;

  @BeforeEach
  void open() throws IOException {
    server =
        RegistryServer.start(
            Linux.kernel(),
            RegistryOptions.open(
                folder.resolve("registry"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    domain = "127.0.0.1:" + server.address().getPort();
    registries = Registries.open(ClientOptions.defaults(CredentialSource.ANONYMOUS));
    store = ImageStore.open(Linux.kernel(), folder.resolve("store"));
    other = ImageStore.open(Linux.kernel(), folder.resolve("other"));
  }

  @AfterEach
  void close() throws IOException {
    registries.close();
    server.close();
  }

  private static byte[] tar(String content) {
    return new TarBytes().folder("etc").file("etc/version", content).bytes();
  }

  private static byte[] largeTar(long seed) {
    byte[] content = new byte[3 << 20];
    new Random(seed).nextBytes(content);
    return new TarBytes().file("data-" + seed, 0644, content).bytes();
  }

  private Reference name(String path) {
    return Reference.parse(domain + "/" + path);
  }

  private Descriptor push(Reference name) throws IOException {
    return push(name, Progress.SILENT);
  }

  private Descriptor push(Reference name, Progress progress) throws IOException {
    return new Push(store, registries, Compression.GZIP, progress).push(name);
  }

  private PulledImage pull(Reference name) throws IOException {
    return pull(name, Progress.SILENT);
  }

  private PulledImage pull(Reference name, Progress progress) throws IOException {
    return new Pull(other, registries, Platform.local(), progress).pull(name);
  }

  @Test
  void shouldPullWhatItPushedWithTheSameDigests() throws IOException {
    ImageRecord image = TestImages.put(store, domain + "/a/b:1", tar("one"), tar("two"));
    Descriptor sent = push(name("a/b:1"));
    assertThat(sent).isEqualTo(image.manifest());

    PulledImage pulled = pull(name("a/b:1"));

    assertThat(pulled.isNew()).isTrue();
    assertThat(pulled.digest()).isEqualTo(sent.digest());
    assertThat(pulled.image().id()).isEqualTo(image.id());
    assertThat(pulled.image().layers()).isEqualTo(image.layers());
    assertThat(other.layers().folder(image.diffIds().getLast()).resolve("etc/version"))
        .hasContent("two");
    assertThat(other.names())
        .extracting(NamedImage::name)
        .containsExactlyInAnyOrder(name("a/b:1"), name("a/b").withDigest(sent.digest()));
    assertThat(other.collectGarbage().bytes()).isZero();
    assertThat(pull(name("a/b:1")).isNew()).isFalse();
    assertThat(pull(name("a/b").withDigest(sent.digest())).isNew()).isFalse();
  }

  @Test
  void shouldFetchAndSendOnlyWhatIsMissing() throws IOException {
    TestImages.put(store, domain + "/app:1", tar("base"), tar("one"));
    TestImages.put(store, domain + "/app:2", tar("base"), tar("two"));
    push(name("app:1"));
    List<String> said = new CopyOnWriteArrayList<>();
    push(name("app:2"), event -> said.add(event.status()));
    assertThat(said).contains("Layer already exists", "Pushed");
    pull(name("app:1"));
    said.clear();
    pull(name("app:2"), event -> said.add(event.status()));
    assertThat(said)
        .contains("Already exists", "Pulling fs layer")
        .containsOnlyOnce("Pull complete");
  }

  @Test
  void shouldMountLayersOfAnotherRepository() throws IOException {
    ImageRecord image = TestImages.put(store, domain + "/first:1", largeTar(1));
    push(name("first:1"));
    Reference second = name("second:1");
    store.tag(image.id(), List.of(new NamedImage(second, image.id(), image.manifest())));
    List<String> said = new CopyOnWriteArrayList<>();
    push(second, event -> said.add(event.status()));
    assertThat(said).contains("Mounted from first").doesNotContain("Pushed");
  }

  @Test
  void shouldCompressLayersOfOurOwnOnceAndKeepThemSo() throws IOException {
    ImageRecord image =
        new ImageImport(store)
            .run(
                new ByteArrayInputStream(tar("plain")),
                "",
                Platform.local(),
                ContainerConfig.EMPTY,
                name("plain:1"));
    assertThat(image.layers().getFirst().mediaType()).isEqualTo(MediaTypes.OCI_LAYER);
    Descriptor first = push(name("plain:1"));
    assertThat(push(name("plain:1"))).isEqualTo(first);
    PulledImage pulled = pull(name("plain:1"));
    assertThat(pulled.image().id()).isEqualTo(image.id());
    assertThat(pulled.image().layers().getFirst().mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
  }

  @Test
  void shouldChooseByPlatform() throws IOException {
    TestImages.put(store, domain + "/multi:local", tar("local"));
    Descriptor local = push(name("multi:local"));
    ImageIndex index =
        ImageIndex.of(
            List.of(
                local.withPlatform(Platform.of("windows", "amd64", null)),
                local.withPlatform(Platform.of("linux", "s390x", null)),
                local.withPlatform(Platform.local())));
    RemoteManifest document = RemoteManifest.of(MediaTypes.OCI_INDEX, index.toBytes());
    registries.repository(name("multi")).put("latest", document);

    PulledImage pulled = pull(name("multi"));
    assertThat(pulled.digest()).as("of the index").isEqualTo(document.digest());
    assertThat(pulled.image().manifest().digest()).isEqualTo(local.digest());

    Platform riscv = Platform.parse("linux/riscv64");
    Pull another = new Pull(other, registries, riscv, Progress.SILENT);
    assertThatThrownBy(() -> another.pull(name("multi")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("no matching manifest for linux/riscv64")
        .hasMessageContaining("linux/s390x");
    assertThatThrownBy(() -> another.pull(name("multi:local")))
        .hasMessageContaining("does not provide the specified platform (linux/riscv64)");
  }

  @Test
  void shouldLeaveTheStoreAsItWasWhenALayerIsNotWhatTheConfigurationSays() throws IOException {
    RemoteRepository repository = registries.repository(name("wrong"));
    byte[] layer = TestImages.gzip(tar("x"));
    Descriptor blob = upload(repository, MediaTypes.OCI_LAYER_GZIP, layer);
    String config =
        """
        {"os":"linux","architecture":"%s","rootfs":{"type":"layers","diff_ids":["%s"]}}\
        """
            .formatted(Platform.local().architecture(), Digest.of(tar("y")));
    Descriptor about =
        upload(repository, MediaTypes.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8));
    byte[] manifest = ImageManifest.of(MediaTypes.OCI_MANIFEST, about, List.of(blob)).toBytes();
    repository.put("latest", RemoteManifest.of(MediaTypes.OCI_MANIFEST, manifest));

    assertThatThrownBy(() -> pull(name("wrong")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("invalid diffID for layer");
    assertThat(other.images()).isEmpty();
    assertThat(other.layers().list()).isEmpty();
    other.collectGarbage();
    assertThat(other.blobs().list()).isEmpty();
  }

  private static Descriptor upload(RemoteRepository repository, String type, byte[] content) {
    Descriptor blob = Descriptor.of(type, content);
    repository.upload(
        blob, offset -> new ByteArrayInputStream(content, (int) offset, content.length), _ -> {});
    return blob;
  }

  @Test
  void shouldFetchNoByteTwice() throws IOException {
    ImageRecord image = TestImages.put(store, domain + "/large:1", largeTar(7));
    push(name("large:1"));
    Descriptor layer = image.layers().getFirst();
    int half = (int) layer.size() / 2;
    byte[] content = store.blobs().read(layer.digest(), MOST);
    try (Lease lease = other.lease();
        Ingest broken = other.blobs().begin(lease, layer.digest(), layer.size())) {
      broken.write(content, 0, half);
    }
    List<ProgressEvent> events = new CopyOnWriteArrayList<>();
    pull(name("large:1"), events::add);
    assertThat(events.stream().filter(event -> event.status().equals("Downloading")))
        .isNotEmpty()
        .allMatch(event -> event.current() > half);
    assertThat(other.blobs().read(layer.digest(), MOST)).isEqualTo(content);
  }

  @Test
  void shouldPullAndCollectAtOnce() throws IOException {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Reference name = name("many:" + i);
      TestImages.put(store, name.toString(), tar("base"), largeTar(i));
      push(name);
      // Each twice, so that two wait for one blob.
      for (int twice = 0; twice < 2; twice++) {
        tasks.add(
            () -> {
              pull(name);
              return null;
            });
      }
      tasks.add(
          () -> {
            other.collectGarbage();
            return null;
          });
    }
    Together.run("test", tasks.size(), tasks);
    assertThat(other.images()).hasSize(4);
    other.collectGarbage();
    for (ImageRecord image : other.images()) {
      for (Descriptor layer : image.layers()) {
        assertThat(Digest.of(other.blobs().read(layer.digest(), MOST))).isEqualTo(layer.digest());
      }
      assertThat(image.diffIds()).allMatch(diffId -> other.layers().has(diffId));
    }
  }

  @Test
  void shouldSayWhatIsNotThere() {
    assertThatThrownBy(() -> pull(name("nonesuch")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("nonesuch");
    assertThatThrownBy(() -> push(name("nonesuch")))
        .hasMessageContaining("An image does not exist locally with the tag");
  }
}
