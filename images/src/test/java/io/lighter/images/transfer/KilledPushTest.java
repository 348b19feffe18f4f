package io.lighter.images.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.compression.Compression;
import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.images.registry.server.RegistryOptions;
import io.lighter.images.registry.server.RegistryServer;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Linux;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes whose process is killed in the middle, and that are asked for again. */
@RequiresRoot
class KilledPushTest {
  private static final long CHUNK = 16L << 20;
  private static final int SIZE = 40 << 20;

  /** Heads of requests, and what was in the buffers of sockets when the process was killed. */
  private static final long SLACK = 8L << 20;

  @TempDir private Path folder;
  private ImageStore store;
  private @Nullable RegistryServer server;
  private @Nullable Process debian;

  /** The process that is killed. */
  static final class Pusher {
    private Pusher() {}

    public static void main(String[] arguments) throws Exception {
      push(Path.of(arguments[0]), arguments[1]);
    }
  }

  private static Descriptor push(Path store, String name) throws IOException {
    try (Registries registries =
        Registries.open(ClientOptions.defaults(CredentialSource.ANONYMOUS))) {
      ImageStore images = ImageStore.open(Linux.kernel(), store);
      return new Push(images, registries, Compression.GZIP, Progress.SILENT)
          .push(Reference.parse(name));
    }
  }

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(Linux.kernel(), folder.resolve("store"));
  }

  @AfterEach
  void close() throws IOException {
    if (server != null) {
      server.close();
    }
    if (debian != null) {
      debian.destroy();
      debian.onExit().join();
    }
  }

  private Stand serveOurs() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        RegistryServer.start(Linux.kernel(), RegistryOptions.open(folder.resolve("registry"), any));
    return stand(server.address());
  }

  private Stand serveDebians() throws IOException {
    InetSocketAddress address;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
    }
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %s/data}}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(folder, address.getPort()));
    debian =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    await().until(() -> answers(address));
    return stand(address);
  }

  private static boolean answers(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** An image in the store, and what it passes on its way to a registry. */
  private record Stand(CountingRelay relay, ImageRecord image) implements AutoCloseable {
    static String name(CountingRelay relay) {
      return relay.domain() + "/app:1";
    }

    String name() {
      return name(relay);
    }

    Descriptor layer() {
      return image.layers().getFirst();
    }

    @Override
    public void close() throws IOException {
      relay.close();
    }
  }

  private Stand stand(InetSocketAddress registry) throws IOException {
    CountingRelay relay = new CountingRelay(registry);
    byte[] content = new byte[SIZE];
    new Random(5).nextBytes(content);
    byte[] tar = new TarBytes().file("data", 0644, content).bytes();
    return new Stand(relay, TestImages.put(store, Stand.name(relay), tar));
  }

  private Process pusher(Stand stand) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Pusher.class.getName(),
            store.root().toString(),
            stand.name())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Kills a push when the relay has stopped it, pushes again, and looks at what is there then. */
  private void killAndPushAgain(Stand stand, Future<Void> stopped) throws Exception {
    Process process = pusher(stand);
    try {
      stopped.get(60, TimeUnit.SECONDS);
      assertThat(store.records("uploads").names()).hasSize(1);
    } finally {
      process.destroyForcibly().waitFor();
    }
    stand.relay().letPass();
    assertThat(push(store.root(), stand.name()).digest())
        .isEqualTo(stand.image().manifest().digest());
    assertThat(store.records("uploads").names()).as("it has come to its end").isEmpty();
    Descriptor layer = stand.layer();
    try (Registries registries =
            Registries.open(ClientOptions.defaults(CredentialSource.ANONYMOUS));
        InputStream in =
            registries.registry(stand.relay().domain()).repository("app").blob(layer, 0)) {
      assertThat(Digest.of(in.readAllBytes())).isEqualTo(layer.digest());
    }
  }

  @Test
  void shouldSendNoByteTwiceToOurRegistry() throws Exception {
    try (Stand stand = serveOurs()) {
      killAndPushAgain(stand, stand.relay().stopAfter(CHUNK + CHUNK / 2));
      long size = stand.layer().size();
      assertThat(stand.relay().up()).isBetween(size, size + SLACK);
    }
  }

  @Test
  @RequiresTool("docker-registry")
  void shouldSendNoByteTwiceToDebiansRegistry() throws Exception {
    try (Stand stand = serveDebians()) {
      killAndPushAgain(stand, stand.relay().stopBeforeChunk(2 * CHUNK));
      long size = stand.layer().size();
      assertThat(stand.relay().up()).isBetween(size, size + SLACK);
    }
  }

  /** That one forgets an upload whose client goes in the middle of a chunk. */
  @Test
  @RequiresTool("docker-registry")
  void shouldBeginAnewWhereTheRegistryHasForgotten() throws Exception {
    try (Stand stand = serveDebians()) {
      killAndPushAgain(stand, stand.relay().stopAfter(CHUNK + CHUNK / 2));
      assertThat(stand.relay().up()).isGreaterThan(stand.layer().size() + CHUNK);
    }
  }
}
