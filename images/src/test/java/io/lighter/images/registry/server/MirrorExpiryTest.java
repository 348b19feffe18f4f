package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.images.registry.server.RegistryOptions.Collection;
import io.lighter.images.registry.server.RegistryOptions.Origin;
import io.lighter.images.registry.server.storage.RegistryStore;
import io.lighter.images.store.BlobStore;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mirror that forgets what it fetched a week ago. */
class MirrorExpiryTest {
  private static final byte[] LAYER = Servers.content(2_000_000, 1);
  private static final Collection AT_ONCE =
      new Collection(Duration.ZERO, Duration.ZERO, Duration.ofDays(1));

  @TempDir private Path folder;
  private RegistryServer origin;
  private RegistryServer mirror;
  private Registries registries;
  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

  /** The process that is killed: it forgets all the time. */
  static final class Forgetful {
    private Forgetful() {}

    public static void main(String[] arguments) throws Exception {
      Origin origin =
          new Origin(arguments[1], Servers.client(CredentialSource.ANONYMOUS), Duration.ofNanos(1));
      RegistryServer server =
          Servers.start(
              Servers.options(Path.of(arguments[0])).withMirror(origin).withCollection(AT_ONCE));
      System.out.println(Servers.domain(server));
      while (true) {
        server.collectGarbage();
        Thread.sleep(5); // The lock of files is not fair.
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    origin = Servers.start(Servers.options(folder.resolve("origin")));
    registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS));
    mirror = mirror(Origin.WEEK);
  }

  @AfterEach
  void stop() throws IOException {
    registries.close();
    mirror.close();
    origin.close();
  }

  private RegistryServer mirror(Duration ttl) throws IOException {
    Origin usual = Servers.origin(origin);
    return RegistryServer.start(
        Linux.kernel(),
        Servers.options(folder.resolve("mirror"))
            .withMirror(new Origin(usual.domain(), usual.client(), ttl))
            .withCollection(AT_ONCE),
        () -> now);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private RemoteRepository at(String domain) {
    return registries.registry(domain).repository("app");
  }

  private RemoteRepository mirrored() {
    return at(Servers.domain(mirror));
  }

  private static byte[] fetch(RemoteRepository repository, byte[] layer) throws IOException {
    try (InputStream in = repository.blob(Descriptor.of(MediaTypes.OCI_LAYER, layer), 0)) {
      return in.readAllBytes();
    }
  }

  private RemoteManifest push(String tag, byte[] layer) {
    return Servers.push(at(Servers.domain(origin)), tag, layer);
  }

  /** As clients do: the manifest, and all that it refers to. */
  private static void pull(RemoteRepository from, String tag, byte[] layer) throws IOException {
    assertThat(from.manifest(tag).bytes()).isNotEmpty();
    assertThat(fetch(from, layer)).isEqualTo(layer);
  }

  /** A client has all of a blob a moment before the mirror notes when it fetched it. */
  private void awaitNoted(Digest blob) {
    await()
        .until(
            () -> {
              try (Stream<Path> files =
                  Files.find(folder.resolve("mirror"), 9, MirrorExpiryTest::isTime)) {
                return files.anyMatch(file -> file.toString().endsWith(blob.hex()));
              } catch (UncheckedIOException e) {
                return false; // A file went while we looked.
              }
            });
  }

  private static boolean isTime(Path file, BasicFileAttributes attributes) {
    return attributes.isRegularFile() && String.valueOf(file.getParent()).contains("fetched.");
  }

  private List<Digest> kept() throws IOException {
    mirror.close();
    try (RegistryStore store = RegistryStore.open(Linux.kernel(), folder.resolve("mirror"))) {
      BlobStore content = store.repository("app").content();
      for (Digest digest : content.list()) {
        assertThat(Digest.of(content.read(digest, 4 << 20))).isEqualTo(digest);
      }
      return content.list();
    }
  }

  @Test
  void shouldForgetWhatItFetchedAWeekAgo() throws IOException {
    RemoteManifest pushed = push("v1", LAYER);
    pull(mirrored(), "v1", LAYER);
    mirror.close();
    pass(Duration.ofDays(6));
    mirror = mirror(Origin.WEEK);
    assertThat(mirror.collectGarbage().blobs()).as("not yet, after a restart").isEmpty();
    pass(Duration.ofDays(2));
    assertThat(mirror.collectGarbage().blobs()).contains(pushed.digest(), Digest.of(LAYER));
    pull(mirrored(), "v1", LAYER);
    awaitNoted(Digest.of(LAYER));
    pass(Duration.ofDays(2));
    assertThat(mirror.collectGarbage().blobs()).as("it was fetched anew").isEmpty();
    pass(Duration.ofDays(6));
    mirror.collectGarbage();
    assertThat(kept()).isEmpty();
  }

  @Test
  void shouldForgetNothingWithoutATime() throws IOException {
    mirror.close();
    mirror = mirror(Duration.ZERO);
    push("v1", LAYER);
    pull(mirrored(), "v1", LAYER);
    pass(Duration.ofDays(10_000));
    assertThat(mirror.collectGarbage().blobs()).isEmpty();
    origin.close();
    pull(mirrored(), "v1", LAYER);
  }

  @Test
  void shouldKeepWhatALaterManifestNeeds() throws IOException {
    push("v1", LAYER);
    pull(mirrored(), "v1", LAYER);
    pass(Duration.ofDays(5));
    byte[] other = Servers.content(1000, 2);
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    RemoteRepository app = at(Servers.domain(origin));
    Descriptor about = Servers.upload(app, MediaTypes.OCI_CONFIG, config);
    app.put("v2", Servers.image(about, Descriptor.of(MediaTypes.OCI_LAYER, LAYER), null));
    pull(mirrored(), "v2", LAYER);
    push("v3", other);
    pull(mirrored(), "v3", other);
    pass(Duration.ofDays(3));
    assertThat(mirror.collectGarbage().blobs()).doesNotContain(Digest.of(LAYER));
    origin.close();
    pull(mirrored(), "v2", LAYER);
    pull(mirrored(), "v3", other);
    assertThatThrownBy(() -> mirrored().manifest("v1")).hasMessageContaining("502");
  }

  @Test
  void shouldKeepTheManifestsOfALaterIndex() throws IOException {
    RemoteManifest child = push("v1", LAYER);
    pull(mirrored(), "v1", LAYER);
    pass(Duration.ofDays(5));
    byte[] index = ImageIndex.of(List.of(child.descriptor())).toBytes();
    at(Servers.domain(origin)).put("all", RemoteManifest.of(MediaTypes.OCI_INDEX, index));
    mirrored().manifest("all");
    pass(Duration.ofDays(3));
    mirror.collectGarbage();
    origin.close();
    assertThat(mirrored().manifest(child.digest().toString()).bytes()).isEqualTo(child.bytes());
    assertThat(fetch(mirrored(), LAYER)).isEqualTo(LAYER);
    pass(Duration.ofDays(5));
    mirror.collectGarbage();
    assertThat(kept()).isEmpty();
  }

  @Test
  void shouldGiveTheOldTagAndSayItWhileTheOriginIsAway() throws IOException {
    RemoteManifest pushed = push("v1", LAYER);
    mirrored().manifest("v1");
    List<String> said = new ArrayList<>();
    Handler handler = new Recorder(said);
    Logger log = Logger.getLogger(Mirror.class.getName());
    log.addHandler(handler);
    try {
      origin.close();
      pass(Duration.ofDays(8)); // Too old, but the collection has not come by.
      assertThat(mirrored().manifest("v1").bytes()).isEqualTo(pushed.bytes());
    } finally {
      log.removeHandler(handler);
    }
    assertThat(said).singleElement().asString().contains("is given as it was fetched before");
  }

  @Test
  void shouldServeSeveralWhileItForgets() throws Exception {
    push("v1", LAYER);
    AtomicBoolean pulling = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> collections =
          threads.submit(
              () -> {
                int count = 0;
                while (pulling.get()) {
                  pass(Duration.ofDays(8));
                  mirror.collectGarbage();
                  count++;
                  Thread.sleep(10); // The lock of files is not fair.
                }
                return count;
              });
      List<Callable<Void>> clients = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        clients.add(
            () -> {
              for (int round = 0; round < 12; round++) {
                pull(mirrored(), "v1", LAYER);
              }
              return null;
            });
      }
      List<Future<Void>> pulled = threads.invokeAll(clients);
      pulling.set(false);
      for (Future<Void> one : pulled) {
        one.get();
      }
      assertThat(collections.get()).isPositive();
    }
  }

  @Test
  void shouldBeSoundWhenItIsKilledWhileItForgets() throws Exception {
    push("v1", LAYER);
    for (int kill = 0; kill < 4; kill++) {
      mirror.close();
      Process process = forgetful();
      String domain = process.inputReader(StandardCharsets.UTF_8).readLine();
      for (int round = 0; round <= 3 * kill; round++) {
        pull(at(domain), "v1", LAYER);
      }
      process.destroyForcibly().waitFor();
      mirror = mirror(Origin.WEEK);
      pull(mirrored(), "v1", LAYER);
    }
    assertThat(kept()).contains(Digest.of(LAYER));
    now = Instant.now().plus(Duration.ofDays(8));
    mirror = mirror(Origin.WEEK);
    mirror.collectGarbage();
    assertThat(kept()).isEmpty();
  }

  private Process forgetful() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Forgetful.class.getName(),
            folder.resolve("mirror").toString(),
            Servers.domain(origin))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static final class Recorder extends Handler {
    private final List<String> said;

    Recorder(List<String> said) {
      this.said = said;
    }

    @Override
    public synchronized void publish(LogRecord entry) {
      said.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
