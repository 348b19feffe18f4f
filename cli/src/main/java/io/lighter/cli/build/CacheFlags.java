package io.lighter.cli.build;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.build.CacheSource;
import io.lighter.images.build.CacheTarget;
import io.lighter.images.build.ExportOptions;
import io.lighter.images.compression.Compression;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The values of {@code --cache-from} and {@code --cache-to}.
 *
 * @param folder that paths count from
 */
record CacheFlags(Flags flags, Path folder) {
  private static final String FROM = "cache-from";
  private static final String TO = "cache-to";
  private static final String INLINE = "type=inline";
  private static final String LATEST = "latest";

  private static final String OF_SOURCES = "type, ref, src, digest and tag";
  private static final String OF_TARGETS =
      "type, ref, dest, tag, mode, ignore-error, image-manifest, oci-mediatypes, compression,"
          + " compression-level and force-compression";

  /** Reads one value. */
  @FunctionalInterface
  private interface Reader<T> {
    T read(FlagFields fields);
  }

  /** Whether the cache goes into the image. */
  boolean isInline() {
    return flags.all(TO).contains(INLINE);
  }

  List<CacheSource> sources(Supplier<Registries> registries) {
    List<CacheSource> sources = new ArrayList<>();
    for (String text : flags.all(FROM)) {
      sources.add(read(FROM, text, fields -> source(fields, registries)));
    }
    return sources;
  }

  List<CacheTarget> targets(Supplier<Registries> registries) {
    List<CacheTarget> targets = new ArrayList<>();
    for (String text : flags.all(TO)) {
      if (!text.equals(INLINE)) {
        targets.add(read(TO, text, fields -> target(fields, registries)));
      }
    }
    return targets;
  }

  private <T> T read(String flag, String text, Reader<T> reader) {
    try {
      // A name alone is that of a registry's cache.
      return reader.read(FlagFields.of(text.contains("=") ? text : "type=registry,ref=" + text));
    } catch (InvalidValueException | ImageException e) {
      throw flags.invalid(flag, text, String.valueOf(e.getMessage()));
    }
  }

  private CacheSource source(FlagFields fields, Supplier<Registries> registries) {
    String type = fields.take("type", "");
    CacheSource source =
        switch (type) {
          case "registry" -> new CacheSource.Registry(reference(fields), registries);
          case "local" -> {
            String path = fields.take("src");
            if (path == null) {
              throw new InvalidValueException("type=local needs src=FOLDER");
            }
            String digest = fields.take("digest");
            yield new CacheSource.Folder(
                folder.resolve(path),
                digest == null ? null : Digest.parse(digest),
                fields.take("tag", LATEST));
          }
          default -> throw unknown(type);
        };
    fields.refuseRest("type=" + type, OF_SOURCES, Map.of());
    return source;
  }

  private CacheTarget target(FlagFields fields, Supplier<Registries> registries) {
    String type = fields.take("type", "");
    CacheTarget target =
        switch (type) {
          case "registry" ->
              new CacheTarget.Registry(reference(fields), registries, options(fields));
          case "local" -> {
            String path = fields.take("dest");
            if (path == null) {
              throw new InvalidValueException("type=local needs dest=FOLDER");
            }
            yield new CacheTarget.Folder(
                folder.resolve(path), fields.take("tag", LATEST), options(fields));
          }
          default -> throw unknown(type);
        };
    fields.refuseRest("type=" + type, OF_TARGETS, Map.of());
    return target;
  }

  private static Reference reference(FlagFields fields) {
    String name = fields.take("ref");
    if (name == null) {
      throw new InvalidValueException("type=registry needs ref=NAME");
    }
    return Reference.parse(name);
  }

  private static InvalidValueException unknown(String type) {
    return new InvalidValueException(
        switch (type) {
          case "gha", "s3", "azblob" ->
              "type=" + type + " is not supported: use type=registry or type=local";
          case "inline" -> "the cache in an image is type=registry,ref=IMAGE, and has no options";
          default -> "a cache has the type inline, registry or local, not " + type;
        });
  }

  private static CacheTarget.Options options(FlagFields fields) {
    String mode = fields.take("mode", "min");
    if (!mode.equals("min") && !mode.equals("max")) {
      throw new InvalidValueException("mode is min or max, not " + mode);
    }
    for (String only : List.of("image-manifest", "oci-mediatypes")) {
      if (!fields.takeTruth(only, true)) {
        throw new InvalidValueException(
            only + "=false is not supported: a cache is an OCI manifest; leave " + only + " out");
      }
    }
    Compression asked = OutputFlag.compression(fields.take("compression"));
    Compression compression = asked == null ? Compression.GZIP : asked;
    // All layers of a cache are compressed alike, by force or not.
    fields.takeTruth("force-compression", false);
    Integer level = fields.takeNumber("compression-level");
    // For its check of the level.
    ExportOptions checked = new ExportOptions(compression, level, false, true, List.of());
    return new CacheTarget.Options(
        mode.equals("max"), fields.takeTruth("ignore-error", false), compression, checked.level());
  }
}
