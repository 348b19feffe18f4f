package io.lighter.images.registry.server;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.client.Retries;
import io.lighter.images.registry.client.Timeouts;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.linux.Linux;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Registries of ours on loopback, clients of theirs, and small images. */
final class Servers {
  private Servers() {}

  static RegistryOptions options(Path folder) {
    return RegistryOptions.open(folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .withPatience(Duration.ofSeconds(20));
  }

  /** What a mirror of a registry needs to know of it. */
  static RegistryOptions.Origin origin(RegistryServer server) {
    return new RegistryOptions.Origin(
        domain(server), client(CredentialSource.ANONYMOUS), RegistryOptions.Origin.WEEK);
  }

  static RegistryServer start(RegistryOptions options) throws IOException {
    return RegistryServer.start(Linux.kernel(), options);
  }

  static String domain(RegistryServer server) {
    return "127.0.0.1:" + server.address().getPort();
  }

  static ClientOptions client(CredentialSource credentials) {
    return ClientOptions.defaults(credentials)
        .withCertificateFolders(List.of())
        .withRetries(new Retries(4, Duration.ofMillis(50), Duration.ofSeconds(5)))
        .withTimeouts(
            new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(20)));
  }

  /** Bytes that do not compress, other ones for each seed. */
  static byte[] content(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  static Descriptor upload(RemoteRepository repository, String mediaType, byte[] content) {
    Descriptor blob = Descriptor.of(mediaType, content);
    repository.upload(
        blob,
        offset -> new ByteArrayInputStream(content, (int) offset, content.length),
        sent -> {});
    return blob;
  }

  /** Pushes an image of one layer; it runs nothing, but is one for every tool. */
  static RemoteManifest push(RemoteRepository repository, String tag, byte[] layer) {
    return push(repository, tag, layer, Digest.of(layer));
  }

  static RemoteManifest push(RemoteRepository repository, String tag, byte[] layer, Digest diffId) {
    boolean compressed = layer[0] == 0x1f;
    String config =
        """
        {"architecture":"amd64","os":"linux","config":{},
        "rootfs":{"type":"layers","diff_ids":["%s"]}}\
        """
            .formatted(diffId);
    RemoteManifest manifest =
        image(
            upload(repository, MediaTypes.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8)),
            upload(
                repository, compressed ? MediaTypes.OCI_LAYER_GZIP : MediaTypes.OCI_LAYER, layer),
            null);
    repository.put(tag, manifest);
    return manifest;
  }

  static RemoteManifest image(Descriptor config, Descriptor layer, @Nullable Descriptor subject) {
    ImageManifest manifest =
        new ImageManifest(
            MediaTypes.OCI_MANIFEST, config, List.of(layer), Map.of("a", "b"), subject, null);
    return RemoteManifest.of(MediaTypes.OCI_MANIFEST, manifest.toBytes());
  }
}
