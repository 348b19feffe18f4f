package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a build looks for results beside the store. */
public sealed interface CacheSource {
  /** Returns what messages call it. */
  String name();

  /** An image that was built with the build argument BUILDKIT_INLINE_CACHE=1. */
  record Image(String name) implements CacheSource {}

  /**
   * A cache in a registry, or an image there or in the store that has one in it.
   *
   * @param registries opened when the store has no such image
   */
  record Registry(Reference reference, Supplier<Registries> registries) implements CacheSource {
    @Override
    public String name() {
      return reference.familiar();
    }
  }

  /**
   * A cache in a folder.
   *
   * @param folder an OCI image layout
   * @param digest of the cache in it, null to choose by the tag
   */
  record Folder(Path folder, @Nullable Digest digest, String tag) implements CacheSource {
    @Override
    public String name() {
      return folder + (digest == null ? ":" + tag : "@" + digest);
    }
  }
}
