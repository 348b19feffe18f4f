package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client at our server. */
class RegistryServerTest {
  @TempDir private Path folder;
  private RegistryServer server;
  private Registries registries;

  @BeforeEach
  void start() throws IOException {
    server = Servers.start(Servers.options(folder.resolve("registry")));
    registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS));
  }

  @AfterEach
  void stop() throws IOException {
    registries.close();
    server.close();
  }

  private RemoteRepository repository(String path) {
    return registries.registry(Servers.domain(server)).repository(path);
  }

  @Test
  void shouldGiveBackWhatWasPushed() throws IOException {
    byte[] layer = Servers.content(3_000_000, 1);
    RemoteManifest pushed = Servers.push(repository("team/app"), "v1", layer);
    RemoteManifest pulled = repository("team/app").manifest("v1");
    assertThat(pulled.bytes()).isEqualTo(pushed.bytes());
    assertThat(pulled.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(repository("team/app").manifest(pushed.digest().toString()).bytes())
        .isEqualTo(pushed.bytes());
    assertThat(repository("team/app").resolve("v1")).contains(pushed.descriptor());
    Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, layer);
    assertThat(repository("team/app").size(blob.digest())).hasValue(layer.length);
    try (InputStream in = repository("team/app").blob(blob, 0)) {
      assertThat(in.readAllBytes()).isEqualTo(layer);
    }
    try (InputStream in = repository("team/app").blob(blob, 2_999_000)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(layer, 2_999_000, 3_000_000));
    }
  }

  @Test
  void shouldNotGiveBlobsOfOtherRepositories() {
    byte[] layer = Servers.content(1000, 1);
    Descriptor blob = Servers.upload(repository("a"), MediaTypes.OCI_LAYER, layer);
    assertThat(repository("b").has(blob.digest())).isFalse();
    assertThat(repository("b").mount(blob.digest(), "a")).isTrue();
    assertThat(repository("b").has(blob.digest())).isTrue();
    assertThat(repository("c").mount(blob.digest(), "nothing")).isFalse();
    assertThat(repository("c").mount(Digest.of(layer), "c")).isFalse();
  }

  @Test
  void shouldListTagsAndRepositories() {
    RemoteRepository app = repository("app");
    for (String tag : List.of("b", "a", "latest", "C")) {
      Servers.push(app, tag, Servers.content(100, 1));
    }
    Servers.push(repository("other/app"), "x", Servers.content(100, 1));
    assertThat(app.tags()).containsExactly("C", "a", "b", "latest");
    assertThat(registries.registry(Servers.domain(server)).catalog())
        .containsExactly("app", "other/app");
    assertThatThrownBy(() -> repository("none").tags()).hasMessageContaining("NAME_UNKNOWN");
  }

  @Test
  void shouldDeleteTagsManifestsAndBlobs() {
    RemoteRepository app = repository("app");
    byte[] layer = Servers.content(100, 1);
    RemoteManifest manifest = Servers.push(app, "one", layer);
    Servers.push(app, "two", layer);
    app.delete("one");
    assertThat(app.tags()).containsExactly("two");
    app.delete(manifest.digest().toString());
    assertThat(app.tags()).isEmpty();
    assertThat(app.resolve(manifest.digest().toString())).isEmpty();
    app.deleteBlob(Digest.of(layer));
    assertThat(app.has(Digest.of(layer))).isFalse();
    assertThatThrownBy(() -> app.delete("one")).hasMessageContaining("MANIFEST_UNKNOWN");
    assertThatThrownBy(() -> app.deleteBlob(Digest.of(layer))).hasMessageContaining("BLOB_UNKNOWN");
  }

  @Test
  void shouldListReferrers() {
    RemoteRepository app = repository("app");
    RemoteManifest subject = Servers.push(app, "v1", Servers.content(100, 1));
    Descriptor config = Servers.upload(app, "application/vnd.example.sbom", new byte[] {'{', '}'});
    Descriptor layer = Servers.upload(app, "text/plain", Servers.content(10, 2));
    RemoteManifest sbom = Servers.image(config, layer, subject.descriptor());
    app.put(sbom.digest().toString(), sbom);
    assertThat(app.referrers(subject.digest(), null))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.digest()).isEqualTo(sbom.digest());
              assertThat(one.artifactType()).isEqualTo("application/vnd.example.sbom");
              assertThat(one.annotations()).containsEntry("a", "b");
            });
    assertThat(app.referrers(subject.digest(), "other")).isEmpty();
    assertThat(app.tags()).as("no fallback tag was needed").containsExactly("v1");
    app.delete(sbom.digest().toString());
    assertThat(app.referrers(subject.digest(), null)).isEmpty();
  }

  @Test
  void shouldRefuseAManifestWhoseContentIsMissing() {
    RemoteRepository app = repository("app");
    Descriptor there = Servers.upload(app, MediaTypes.OCI_CONFIG, new byte[] {'{', '}'});
    Descriptor missing = Descriptor.of(MediaTypes.OCI_LAYER, Servers.content(10, 9));
    assertThatThrownBy(() -> app.put("v1", Servers.image(there, missing, null)))
        .hasMessageContaining("MANIFEST_BLOB_UNKNOWN")
        .hasMessageContaining(missing.digest().toString());
    assertThat(app.resolve("v1")).isEmpty();
  }

  @Test
  void shouldKeepEverythingOverARestart() throws IOException {
    RemoteManifest pushed = Servers.push(repository("app"), "v1", Servers.content(1000, 1));
    server.close();
    server = Servers.start(Servers.options(folder.resolve("registry")));
    assertThat(repository("app").manifest("v1").bytes()).isEqualTo(pushed.bytes());
  }
}
