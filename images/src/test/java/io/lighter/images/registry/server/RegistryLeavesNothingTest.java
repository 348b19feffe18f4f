package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.Descriptor;
import io.lighter.images.MediaTypes;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No thread and no descriptor stays of servers, mirrors and clients that were closed. */
class RegistryLeavesNothingTest {
  private static final byte[] LAYER = Servers.content(2_000_000, 1);

  @BeforeAll
  static void warmUp(@TempDir Path folder) throws IOException {
    pushAndPullThroughMirror(folder);
  }

  @Test
  @LeavesNothing
  void shouldLeaveNothing(@TempDir Path folder) throws IOException {
    pushAndPullThroughMirror(folder);
  }

  private static void pushAndPullThroughMirror(Path folder) throws IOException {
    try (RegistryServer origin = Servers.start(Servers.options(folder.resolve("origin")));
        RegistryServer mirror =
            Servers.start(
                Servers.options(folder.resolve("mirror")).withMirror(Servers.origin(origin)));
        Registries registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS))) {
      Servers.push(registries.registry(Servers.domain(origin)).repository("app"), "v1", LAYER);
      RemoteRepository app = registries.registry(Servers.domain(mirror)).repository("app");
      app.manifest("v1");
      try (InputStream in = app.blob(Descriptor.of(MediaTypes.OCI_LAYER, LAYER), 0)) {
        assertThat(in.readNBytes(1000)).as("the rest is not read").hasSize(1000);
      }
    }
  }
}
