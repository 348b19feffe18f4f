package io.lighter.bench.images;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's docker-registry on loopback, for all subjects alike. */
final class LocalRegistry implements AutoCloseable {
  private static final int ATTEMPTS = 100;
  private static final long BETWEEN_MILLIS = 100;

  private final Process process;
  private final int port;

  private LocalRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static LocalRegistry start(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {accesslog: {disabled: true}, level: error}
        storage: {filesystem: {rootdirectory: %s/data}, delete: {enabled: true}}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(folder, port));
    Process process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    LocalRegistry registry = new LocalRegistry(process, port);
    for (int i = 0; !registry.answers() && i < ATTEMPTS; i++) {
      Thread.sleep(BETWEEN_MILLIS);
    }
    return registry;
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  String domain() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
