package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.MediaTypes;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry of ours that mirrors another of ours. */
class MirrorTest {
  private static final byte[] LAYER = Servers.content(5_000_000, 1);
  private static final Descriptor BLOB = Descriptor.of(MediaTypes.OCI_LAYER, LAYER);

  @TempDir private Path folder;
  private RegistryServer origin;
  private RegistryServer mirror;
  private Registries registries;

  @BeforeEach
  void start() throws IOException {
    origin = Servers.start(Servers.options(folder.resolve("origin")).withMetrics(true));
    mirror =
        Servers.start(
            Servers.options(folder.resolve("mirror"))
                .withMetrics(true)
                .withMirror(Servers.origin(origin)));
    registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS));
  }

  @AfterEach
  void stop() throws IOException {
    registries.close();
    mirror.close();
    origin.close();
  }

  private RemoteRepository at(RegistryServer server) {
    return registries.registry(Servers.domain(server)).repository("team/app");
  }

  private static byte[] fetch(RemoteRepository repository) throws IOException {
    try (InputStream in = repository.blob(BLOB, 0)) {
      return in.readAllBytes();
    }
  }

  private String metrics(RegistryServer server) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://" + Servers.domain(server) + "/metrics");
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void shouldFetchOnceForManyAndKeepIt() throws Exception {
    RemoteManifest pushed = Servers.push(at(origin), "v1", LAYER);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<byte[]>> calls = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        calls.add(
            () -> {
              assertThat(at(mirror).manifest("v1").digest()).isEqualTo(pushed.digest());
              return fetch(at(mirror));
            });
      }
      for (Future<byte[]> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isEqualTo(LAYER);
      }
    }
    assertThat(metrics(origin))
        .as("one transfer")
        .contains("requests_total{endpoint=\"blobs\",method=\"GET\",status=\"200\"} 1.0");
    assertThat(metrics(mirror)).contains("mirror_requests_total{here=\"false\",kind=\"blob\"}");
    assertThat(at(mirror).tags()).containsExactly("v1");
    origin.close();
    assertThat(at(mirror).manifest("v1").bytes()).isEqualTo(pushed.bytes());
    assertThat(fetch(at(mirror))).isEqualTo(LAYER);
    assertThat(at(mirror).tags()).containsExactly("v1");
  }

  @Test
  void shouldFollowATagThatMoves() {
    Servers.push(at(origin), "v1", LAYER);
    at(mirror).manifest("v1");
    RemoteManifest second = Servers.push(at(origin), "v1", Servers.content(10, 2));
    assertThat(at(mirror).manifest("v1").digest()).isEqualTo(second.digest());
  }

  @Test
  void shouldSayWhatTheOriginHasNot() {
    assertThat(at(mirror).resolve("none")).isEmpty();
    assertThat(at(mirror).has(BLOB.digest())).isFalse();
    assertThatThrownBy(() -> Servers.push(at(mirror), "v1", LAYER))
        .hasMessageContaining("this is a mirror");
  }
}
