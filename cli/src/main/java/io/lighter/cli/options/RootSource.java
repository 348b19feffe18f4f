package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.reference.Reference;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a container's root is made of. */
public sealed interface RootSource {
  /** A folder that becomes the lower layer of an overlay and is never written. */
  record Rootfs(Path folder) implements RootSource {}

  /** An OCI bundle: a folder with {@code config.json}. */
  record Bundle(Path folder) implements RootSource {}

  /** The built-in image {@code host}: the machine's own root as the lower layer. */
  record Host() implements RootSource {}

  /**
   * An image of the store, which comes from a registry if need be.
   *
   * @param name as it was given
   * @param pull when it is fetched
   * @param platform that it must suit, null for this machine's
   * @param quiet whether fetching it prints nothing
   */
  record Image(String name, PullPolicy pull, @Nullable Platform platform, boolean quiet)
      implements RootSource {}

  /** An id, which is no name. */
  Pattern ID = Pattern.compile("(?:sha256:)?[a-f0-9]{64}");

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
    PullPolicy pull = PullPolicy.read(flags);
    Platform platform = platform(flags);
    boolean quiet = flags.isOn("quiet", false);
    if (image.equals(HOST_IMAGE)) {
      return new Host();
    }
    if (!ID.matcher(image).matches()) {
      try {
        Reference.parse(image);
      } catch (ImageException e) {
        throw new UsageException(String.valueOf(e.getMessage()));
      }
    }
    return new Image(image, pull, platform, quiet);
  }

  private static @Nullable Platform platform(Flags flags) {
    String given = flags.last("platform");
    if (given == null || given.isEmpty()) {
      return null;
    }
    try {
      return Platform.parse(given);
    } catch (ImageException e) {
      throw flags.invalid("platform", given, String.valueOf(e.getMessage()));
    }
  }
}
