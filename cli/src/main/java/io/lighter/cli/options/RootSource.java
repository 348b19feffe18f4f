package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a container's root is made of. */
public sealed interface RootSource {
  /** A folder that becomes the lower layer of an overlay and is never written. */
  record Rootfs(Path folder) implements RootSource {}

  /** An OCI bundle: a folder with {@code config.json}. */
  record Bundle(Path folder) implements RootSource {}

  /** The built-in image {@code host}: the machine's own root as the lower layer. */
  record Host() implements RootSource {}

  /** The name of the built-in image. */
  String HOST_IMAGE = "host";

  /** Reads {@code --rootfs}, {@code --bundle} or the image, relative to {@code folder}. */
  static RootSource read(Flags flags, Path folder) {
    Path rootfs = folder(flags, "rootfs", folder);
    Path bundle = folder(flags, "bundle", folder);
    if (rootfs != null && bundle != null) {
      throw new UsageException("--rootfs and --bundle exclude each other");
    }
    if (rootfs != null) {
      return new Rootfs(rootfs);
    }
    return bundle != null ? new Bundle(bundle) : image(flags);
  }

  private static @Nullable Path folder(Flags flags, String name, Path folder) {
    String value = flags.last(name);
    if (value == null) {
      return null;
    }
    if (value.isEmpty()) {
      throw flags.invalid(name, value, "it is empty");
    }
    return folder.resolve(value).normalize();
  }

  private static RootSource image(Flags flags) {
    if (flags.operands().isEmpty()) {
      throw new UsageException(
          "it needs an image, --rootfs DIR or --bundle DIR; the built-in image is called host");
    }
    String image = flags.operands().get(0);
    if (!image.equals(HOST_IMAGE)) {
      throw new UsageException(
          "no image '"
              + image
              + "': images cannot be pulled yet. Use the built-in image host, which is this"
              + " machine's own root, or --rootfs DIR for an unpacked one");
    }
    return new Host();
  }
}
