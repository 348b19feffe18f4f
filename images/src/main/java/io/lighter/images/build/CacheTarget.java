package io.lighter.images.build;

import io.lighter.images.compression.Compression;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the results of a build are kept for builds elsewhere. */
public sealed interface CacheTarget {
  /** Returns what messages call it. */
  String name();

  /** Returns what goes there. */
  Options options();

  /**
   * What goes there.
   *
   * @param all every layer of the build; if not, those of the result
   * @param ignoreError a failure is told, and the build goes on
   * @param compression of the layers: NONE, GZIP or ZSTD
   * @param level of the compression; null for the usual one
   */
  record Options(
      boolean all, boolean ignoreError, Compression compression, @Nullable Integer level) {
    /** The layers of the result, by gzip. */
    public static final Options DEFAULT = new Options(false, false, Compression.GZIP, null);
  }

  /**
   * A registry.
   *
   * @param registries opened when the build is done
   */
  record Registry(Reference reference, Supplier<Registries> registries, Options options)
      implements CacheTarget {
    @Override
    public String name() {
      return reference.familiar();
    }
  }

  /**
   * A folder, which is an OCI image layout, or becomes one. What is in it stays.
   *
   * @param tag of the cache in it, which is taken from another one that has it
   */
  record Folder(Path folder, String tag, Options options) implements CacheTarget {
    @Override
    public String name() {
      return folder.toString();
    }
  }
}
