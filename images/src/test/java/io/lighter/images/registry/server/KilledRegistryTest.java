package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.Descriptor;
import io.lighter.images.MediaTypes;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that is killed while images are pushed to it. */
class KilledRegistryTest {
  private static final int KILLS = 6;

  @TempDir private Path folder;

  /** The process that is killed. */
  static final class Served {
    private Served() {}

    public static void main(String[] arguments) throws Exception {
      RegistryServer server = Servers.start(Servers.options(Path.of(arguments[0])));
      System.out.println(Servers.domain(server));
      new CountDownLatch(1).await();
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Served.class.getName(),
            folder.resolve("registry").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static byte[] layer(int number) {
    return Servers.content(200_000, number);
  }

  @Test
  void shouldHaveEverythingThatItHasTaken() throws Exception {
    Random random = new Random(7);
    Set<Integer> taken = new ConcurrentSkipListSet<>();
    int number = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process registry = start();
      try (Registries registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS))) {
        RemoteRepository app = repository(registries, registry);
        Executor later =
            CompletableFuture.delayedExecutor(300 + random.nextInt(1500), TimeUnit.MILLISECONDS);
        CompletableFuture<Process> killed =
            CompletableFuture.supplyAsync(registry::destroyForcibly, later);
        while (registry.isAlive()) {
          int next = number++;
          try {
            Servers.push(app, "v" + next, layer(next));
            taken.add(next);
          } catch (RegistryException e) {
            assertThat(e.kind()).isEqualTo(RegistryException.Kind.UNAVAILABLE);
            break;
          }
        }
        killed.join();
      }
      registry.waitFor();
    }
    Process registry = start();
    try (Registries registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS))) {
      RemoteRepository app = repository(registries, registry);
      assertThat(taken).isNotEmpty();
      assertThat(app.tags()).containsAll(taken.stream().map(one -> "v" + one).toList());
      for (String tag : app.tags()) {
        byte[] layer = layer(Integer.parseInt(tag.substring(1)));
        app.manifest(tag);
        try (InputStream in = app.blob(Descriptor.of(MediaTypes.OCI_LAYER, layer), 0)) {
          assertThat(in.readAllBytes()).isEqualTo(layer);
        }
      }
    } finally {
      registry.destroyForcibly().waitFor();
    }
  }

  private static RemoteRepository repository(Registries registries, Process registry)
      throws IOException {
    String domain = registry.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(List.of(domain)).doesNotContainNull();
    return registries.registry(domain).repository("app");
  }
}
