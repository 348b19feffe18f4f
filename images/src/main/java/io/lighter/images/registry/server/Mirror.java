package io.lighter.images.registry.server;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRegistry;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.server.http.Refusal;
import io.lighter.images.registry.server.storage.StoredManifest;
import io.lighter.images.registry.server.storage.StoredRepository;
import io.lighter.images.store.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Another registry, whose content this one gives too, and keeps: what is not here is fetched, and
 * goes to the client while it comes. Many clients that wait for one blob cause one transfer. While
 * the other registry cannot be reached, what is here is given.
 */
final class Mirror {
  private static final System.Logger LOG = System.getLogger(Mirror.class.getName());
  private static final int LOCKS = 64;
  private static final String OCTETS = "application/octet-stream";

  private final RemoteRegistry origin;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Map<Digest, MirrorFetch> running = new ConcurrentHashMap<>();
  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

  Mirror(RemoteRegistry origin, Metrics metrics, InstantSource clock) {
    this.origin = origin;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Returns a manifest as the origin has it now, or null when it has none. */
  @Nullable StoredManifest manifest(Call call) throws IOException {
    StoredManifest here = ManifestEndpoint.find(call);
    if (here != null && call.isByDigest()) {
      metrics.mirrored("manifest", true);
      return here;
    }
    RemoteRepository remote = remote(call.repository());
    try {
      // One asks, the others find the answer: they come at once when a cluster starts something.
      String name = call.repository().name() + '@' + call.rest();
      synchronized (locks[Math.floorMod(name.hashCode(), LOCKS)]) {
        return fresh(call, remote);
      }
    } catch (RegistryException e) {
      if (here == null) {
        throw refusal(e);
      }
      LOG.log(
          Level.WARNING,
          "{0}:{1} is given as it was fetched before, since the origin does not say how it is now:"
              + " {2}",
          call.repository().name(),
          call.rest(),
          e.getMessage());
      return here;
    }
  }

  private @Nullable StoredManifest fresh(Call call, RemoteRepository remote) throws IOException {
    StoredRepository repository = call.repository();
    Optional<Descriptor> current = remote.resolve(call.rest());
    if (current.isEmpty()) {
      return null;
    }
    Digest digest = current.get().digest();
    StoredManifest known = repository.manifest(digest);
    if (known != null && (call.isByDigest() || digest.equals(repository.tag(call.tag())))) {
      metrics.mirrored("manifest", true);
      return known;
    }
    metrics.mirrored("manifest", false);
    RemoteManifest fetched = remote.manifest(digest.toString());
    StoredManifest manifest;
    try {
      manifest = StoredManifest.of(fetched.mediaType(), digest, fetched.bytes());
    } catch (ImageException e) {
      throw new Refusal(502, "MANIFEST_INVALID", String.valueOf(e.getMessage()));
    }
    repository.put(
        manifest, fetched.bytes(), call.isByDigest() ? null : call.tag(), clock.instant());
    return manifest;
  }

  /** Gives a blob that the repository has not got here. */
  void blob(Call call, Digest digest) throws IOException {
    RemoteRepository remote = remote(call.repository());
    OptionalLong size;
    try {
      size = remote.size(digest);
    } catch (RegistryException e) {
      throw refusal(e);
    }
    if (size.isEmpty()) {
      throw BlobEndpoint.unknown(digest);
    }
    if (size.getAsLong() < 0) {
      throw new Refusal(502, "BLOB_UNKNOWN", "the origin does not say how large the blob is");
    }
    if (call.method().equals("HEAD")) {
      call.exchange().answerHead(BlobEndpoint.headers(digest), size.getAsLong());
      return;
    }
    Instant asked = clock.instant();
    try (Lease lease = call.repository().lease()) {
      boolean here = lease.keepBlob(digest);
      metrics.mirrored("blob", here);
      if (here) {
        call.repository().linkBlob(digest, asked);
        try (FileChannel file = call.repository().content().open(digest)) {
          BlobEndpoint.send(call, digest, file);
        }
        return;
      }
      MirrorFetch fetch = fetch(call.repository(), remote, digest, size.getAsLong());
      try (InputStream content = fetch.follow()) {
        call.exchange().answer(200, BlobEndpoint.headers(digest), content, size.getAsLong());
      }
      call.repository().linkBlob(digest, asked);
    } catch (RegistryException e) {
      throw refusal(e);
    }
  }

  private MirrorFetch fetch(
      StoredRepository repository, RemoteRepository remote, Digest digest, long size) {
    Descriptor blob = new Descriptor(OCTETS, digest, size);
    return running.computeIfAbsent(
        digest,
        key -> {
          MirrorFetch fetch = new MirrorFetch(repository, remote, blob, clock);
          Thread.ofVirtual()
              .name("mirror-" + digest.shortHex())
              .start(
                  () -> {
                    fetch.run();
                    running.remove(digest);
                  });
          return fetch;
        });
  }

  /** Returns the tags of the origin, or those here while it cannot be reached. */
  List<String> tags(Call call) throws IOException {
    try {
      return remote(call.repository()).tags().stream().sorted().toList();
    } catch (RegistryException e) {
      if (e.isNotFound() || !call.repository().exists()) {
        throw refusal(e);
      }
      return call.repository().tags();
    }
  }

  /**
   * Returns what is about a manifest at the origin, in the order of the digests; or null while it
   * cannot be reached, when what is here is all that is known.
   */
  @Nullable List<Descriptor> referrers(Call call, Digest subject) throws IOException {
    try {
      return remote(call.repository()).referrers(subject, null).stream()
          .sorted(Comparator.comparing(one -> one.digest().hex()))
          .toList();
    } catch (RegistryException e) {
      if (e.isNotFound() || !call.repository().exists()) {
        throw refusal(e);
      }
      return null;
    }
  }

  private RemoteRepository remote(StoredRepository repository) {
    return origin.repository(repository.name());
  }

  private static Refusal refusal(RegistryException failure) {
    String message = "the mirrored registry: " + failure.getMessage();
    return switch (failure.kind()) {
      case NOT_FOUND -> new Refusal(404, "NAME_UNKNOWN", message);
      case UNAUTHORIZED, DENIED -> new Refusal(403, "DENIED", message);
      default -> new Refusal(502, "UNKNOWN", message);
    };
  }
}
