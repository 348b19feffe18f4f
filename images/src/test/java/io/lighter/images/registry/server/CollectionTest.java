package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.images.registry.server.RegistryOptions.Collection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectionTest {
  private static final Collection AT_ONCE =
      new Collection(Duration.ZERO, Duration.ZERO, Duration.ofDays(1));

  @TempDir private Path folder;
  private RegistryServer server;
  private Registries registries;

  @BeforeEach
  void start() throws IOException {
    server = Servers.start(Servers.options(folder.resolve("registry")).withCollection(AT_ONCE));
    registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS));
  }

  @AfterEach
  void stop() throws IOException {
    registries.close();
    server.close();
  }

  private RemoteRepository app() {
    return registries.registry(Servers.domain(server)).repository("app");
  }

  @Test
  void shouldRemoveWhatNoManifestNeeds() throws IOException {
    byte[] kept = Servers.content(1000, 1);
    byte[] gone = Servers.content(2000, 2);
    Servers.push(app(), "kept", kept);
    RemoteManifest other = Servers.push(app(), "gone", gone);
    assertThat(server.collectGarbage().blobs()).isEmpty();
    app().delete(other.digest().toString());
    assertThat(server.collectGarbage().blobs()).contains(Digest.of(gone), other.digest());
    assertThat(app().has(Digest.of(gone))).isFalse();
    try (InputStream in = app().blob(Descriptor.of(MediaTypes.OCI_LAYER, kept), 0)) {
      assertThat(in.readAllBytes()).isEqualTo(kept);
    }
  }

  @Test
  void shouldSpareWhatIsStillToBeReferredTo() throws IOException {
    server.close();
    server =
        Servers.start(
            Servers.options(folder.resolve("registry"))
                .withCollection(
                    new Collection(Duration.ZERO, Duration.ofHours(1), Duration.ofDays(1))));
    byte[] layer = Servers.content(1000, 1);
    Servers.upload(app(), MediaTypes.OCI_LAYER, layer);
    server.collectGarbage();
    assertThat(app().has(Digest.of(layer))).isTrue();
  }

  @Test
  void shouldLoseNothingWhileOthersPush() throws Exception {
    AtomicBoolean pushing = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> collections =
          threads.submit(
              () -> {
                int count = 0;
                while (pushing.get()) {
                  server.collectGarbage();
                  count++;
                  Thread.sleep(20); // The lock of files is not fair.
                }
                return count;
              });
      server.collectGarbage();
      for (int i = 0; i < 8; i++) {
        pushUntilTaken(i);
      }
      pushing.set(false);
      assertThat(collections.get()).isPositive();
    }
    server.collectGarbage();
    for (int i = 0; i < 8; i++) {
      byte[] layer = Servers.content(1000, i);
      app().manifest("v" + i);
      try (InputStream in = app().blob(Descriptor.of(MediaTypes.OCI_LAYER, layer), 0)) {
        assertThat(in.readAllBytes()).isEqualTo(layer);
      }
    }
  }

  /** Without any grace a blob may go before its manifest comes; but then that is refused. */
  private void pushUntilTaken(int number) {
    while (true) {
      try {
        Servers.push(app(), "v" + number, Servers.content(1000, number));
        return;
      } catch (RegistryException e) {
        assertThat(e).hasMessageContaining("MANIFEST_BLOB_UNKNOWN");
      }
    }
  }
}
