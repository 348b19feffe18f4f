package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.Credential;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** Our client at Debian's registry, which others wrote. */
@RequiresTool("docker-registry")
@RequiresTool("openssl")
class DebianRegistryTest {
  private static final Credential MIA = new Credential.Password("mia", "s3cret");

  @TempDir private Path folder;
  private @Nullable Process registry;
  private Registries registries;

  @BeforeEach
  void start() {
    registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS));
  }

  @AfterEach
  void stop() {
    registries.close();
    if (registry != null) {
      registry.destroy();
      registry.onExit().join();
    }
  }

  private String serve(String more) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %s/data}, delete: {enabled: true}}
        http:
          addr: 127.0.0.1:%d
        %s
        """
            .formatted(folder, port, more));
    registry =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    await().until(() -> answers(port));
    return "127.0.0.1:" + port;
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Registries open(ClientOptions options) {
    registries.close();
    registries = Registries.open(options);
    return registries;
  }

  private RemoteRepository repository(String domain, String path) {
    return registries.registry(domain).repository(path);
  }

  @Test
  void shouldPushAndPull() throws IOException {
    String domain = serve("");
    byte[] layer = Servers.content(5_000_000, 1);
    RemoteRepository app = repository(domain, "team/app");
    RemoteManifest pushed = Servers.push(app, "v1", layer);
    assertThat(app.manifest("v1").digest()).isEqualTo(pushed.digest());
    assertThat(app.resolve("v1")).contains(pushed.descriptor());
    try (InputStream in = app.blob(Descriptor.of(MediaTypes.OCI_LAYER, layer), 4_000_000)) {
      assertThat(in.readAllBytes()).hasSize(1_000_000);
    }
    assertThat(repository(domain, "other").mount(Digest.of(layer), "team/app")).isTrue();
    assertThat(repository(domain, "other").mount(Digest.of(new byte[1]), "team/app")).isFalse();
    assertThat(app.resolve("none")).isEmpty();
    assertThatThrownBy(() -> app.manifest("none"))
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.isNotFound()).isTrue());
  }

  @Test
  void shouldReadAllPages() throws IOException {
    String domain = serve("");
    RemoteRepository app = repository(domain, "app");
    for (int i = 0; i < 12; i++) {
      Servers.push(repository(domain, "app" + i), "v", Servers.content(10, 1));
      Servers.push(app, "v" + i, Servers.content(10, 1));
    }
    assertThat(app.tags()).hasSize(12);
    assertThat(registries.registry(domain).catalog()).hasSize(13).contains("app", "app11");
  }

  @Test
  void shouldKeepReferrersByTag() throws IOException {
    String domain = serve("");
    RemoteRepository app = repository(domain, "app");
    RemoteManifest subject = Servers.push(app, "v1", Servers.content(100, 1));
    Descriptor config = Servers.upload(app, "application/vnd.example.sbom", new byte[] {'{', '}'});
    Descriptor layer = Servers.upload(app, "text/plain", Servers.content(10, 2));
    RemoteManifest sbom = Servers.image(config, layer, subject.descriptor());
    app.put(sbom.digest().toString(), sbom);
    app.put(sbom.digest().toString(), sbom);
    assertThat(app.referrers(subject.digest(), "application/vnd.example.sbom"))
        .extracting(Descriptor::digest)
        .containsExactly(sbom.digest());
    assertThat(app.referrers(subject.digest(), "other")).isEmpty();
    assertThat(app.tags()).contains("sha256-" + subject.digest().hex());
    app.delete(sbom.digest().toString());
    assertThat(app.resolve(sbom.digest().toString())).isEmpty();
  }

  @Test
  void shouldLogInByBasicAuthentication() throws IOException {
    Path accounts = folder.resolve("htpasswd");
    Files.writeString(accounts, "mia:" + BCrypt.hashpw("s3cret", BCrypt.gensalt(4)) + "\n");
    String domain = serve("auth: {htpasswd: {realm: r, path: " + accounts + "}}");
    assertThatThrownBy(() -> repository(domain, "app").tags())
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED));
    Registries known = open(Servers.client(asked -> MIA));
    Servers.push(known.registry(domain).repository("app"), "v1", Servers.content(10, 1));
    assertThat(known.registry(domain).login(MIA)).isEqualTo(MIA);
    assertThatThrownBy(() -> known.registry(domain).login(new Credential.Password("mia", "wrong")))
        .hasMessageContaining("401");
  }

  @Test
  void shouldTrustAndShowCertificates() throws Exception {
    Certificates certificates = new Certificates(folder.resolve("tls"));
    String domain =
        serve(
            "  tls: {certificate: %s, key: %s, clientcas: [%s]}"
                .formatted(
                    certificates.file("server.crt"),
                    certificates.file("server.key"),
                    certificates.file("ca.crt")));
    ClientOptions options = Servers.client(CredentialSource.ANONYMOUS);
    assertThatThrownBy(() -> repository(domain, "app").tags())
        .as("without a certificate of its own")
        .isInstanceOf(RegistryException.class);
    Registries known =
        open(options.withCertificateFolders(List.of(certificates.certsFolder(domain))));
    Servers.push(known.registry(domain).repository("app"), "v1", Servers.content(1_000_000, 1));
    assertThat(known.registry(domain).repository("app").tags()).containsExactly("v1");
  }

  @Test
  void shouldPullFromAMirrorFirst() throws IOException {
    String domain = serve("");
    RemoteManifest pushed =
        Servers.push(repository(domain, "library/app"), "v1", Servers.content(10, 1));
    Registries mirrored =
        open(
            Servers.client(CredentialSource.ANONYMOUS)
                .withMirrors(
                    Map.of(
                        "docker.io",
                        List.of(
                            URI.create("http://127.0.0.1:1"), URI.create("http://" + domain)))));
    RemoteRepository app = mirrored.repository(Reference.parse("app:v1"));
    assertThat(app.name()).isEqualTo("docker.io/library/app");
    assertThat(app.manifest("v1").digest()).isEqualTo(pushed.digest());
    try (InputStream in =
        app.blob(Descriptor.of(MediaTypes.OCI_LAYER, Servers.content(10, 1)), 0)) {
      assertThat(in.readAllBytes()).hasSize(10);
    }
  }
}
