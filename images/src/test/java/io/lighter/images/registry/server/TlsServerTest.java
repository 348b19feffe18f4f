package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.MediaTypes;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.testing.RequiresTool;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresTool("openssl")
class TlsServerTest {
  @TempDir private Path folder;

  @Test
  void shouldServeByTls() throws Exception {
    Certificates certificates = new Certificates(folder.resolve("tls"));
    RegistryOptions options =
        Servers.options(folder.resolve("registry"))
            .withTls(
                new RegistryOptions.Tls(
                    certificates.file("server.crt"), certificates.file("server.key")));
    ClientOptions usual = Servers.client(CredentialSource.ANONYMOUS);
    byte[] layer = Servers.content(3_000_000, 1);
    try (RegistryServer server = Servers.start(options)) {
      String named = "localhost:" + server.address().getPort();
      Path certs = certificates.certsFolder(Servers.domain(server));
      try (Registries known = Registries.open(usual.withCertificateFolders(List.of(certs)));
          Registries trusting = Registries.open(usual.withInsecure(Set.of(named)))) {
        RemoteRepository app = known.registry(Servers.domain(server)).repository("app");
        Servers.push(app, "v1", layer);
        try (InputStream in = app.blob(Descriptor.of(MediaTypes.OCI_LAYER, layer), 0)) {
          assertThat(in.readAllBytes()).isEqualTo(layer);
        }
        assertThat(trusting.registry(named).repository("app").tags()).containsExactly("v1");
      }
    }
  }

  @Test
  void shouldNotTrustAnAuthorityThatNobodyKnows() throws Exception {
    Certificates certificates = new Certificates(folder.resolve("tls"));
    Certificates others = new Certificates(folder.resolve("others"));
    RegistryOptions options =
        Servers.options(folder.resolve("registry"))
            .withTls(
                new RegistryOptions.Tls(
                    certificates.file("server.crt"), certificates.file("server.key")));
    try (RegistryServer server = Servers.start(options);
        Registries registries =
            Registries.open(
                Servers.client(CredentialSource.ANONYMOUS)
                    .withCertificateFolders(List.of(others.certsFolder(Servers.domain(server)))))) {
      assertThatThrownBy(() -> registries.registry(Servers.domain(server)).repository("app").tags())
          .hasMessageContaining("cannot be reached")
          .hasMessageContaining("PKIX");
    }
  }
}
