package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key of a result: a digest over all that it depends on. Each part is preceded by its length,
 * so that no two lists of parts are the same bytes. Not thread-safe.
 */
final class CacheKey {
  /** Changes when a result of the same key would be another. */
  private static final String VERSION = "lighter-build-1";

  private final MessageDigest digest = Digest.newSha256();

  CacheKey(String operation) {
    add(VERSION).add(operation);
  }

  CacheKey add(@Nullable String part) {
    byte[] bytes = part == null ? new byte[0] : part.getBytes(UTF_8);
    digest.update(
        ByteBuffer.allocate(5).put((byte) (part == null ? 0 : 1)).putInt(bytes.length).flip());
    digest.update(bytes);
    return this;
  }

  CacheKey add(Collection<?> parts) {
    add(Integer.toString(parts.size()));
    for (Object part : parts) {
      add(String.valueOf(part));
    }
    return this;
  }

  /** Layers below, which together are one content. */
  CacheKey addLayers(List<Digest> diffIds) {
    return add(diffIds);
  }

  Digest digest() {
    return Digest.ofSha256(digest.digest());
  }
}
