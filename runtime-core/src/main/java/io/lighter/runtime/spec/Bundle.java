package io.lighter.runtime.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bundle: a folder with {@code config.json} (runtime-spec 1.3.0, bundle.md).
 *
 * @param directory absolute path of the folder
 * @param spec its configuration
 * @param rootfs absolute path of the root file system
 */
public record Bundle(Path directory, Spec spec, Path rootfs) {
  private static final String CONFIG = "config.json";

  /**
   * Reads and checks the bundle in {@code directory}.
   *
   * @throws SpecException if the configuration or the root file system is missing or unfit
   * @throws IOException if the configuration cannot be read
   */
  public static Bundle open(Path directory) throws IOException {
    return open(directory, CONFIG);
  }

  /**
   * Reads and checks a bundle whose configuration has another name, as for crun's {@code --config}.
   *
   * @param config a path, a relative one from {@code directory}
   * @throws SpecException if the configuration or the root file system is missing or unfit
   * @throws IOException if the configuration cannot be read
   */
  public static Bundle open(Path directory, String config) throws IOException {
    Path absolute = folder(directory);
    return of(absolute, SpecReader.read(absolute.resolve(config)));
  }

  /**
   * Makes a bundle of a configuration that is in no file.
   *
   * @param directory what the path of its root is relative to
   * @throws SpecException if the configuration or the root file system is missing or unfit
   */
  public static Bundle of(Path directory, Spec spec) {
    Path absolute = folder(directory);
    SpecValidation.check(spec);
    return new Bundle(absolute, spec, rootfs(absolute, spec));
  }

  private static Path folder(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      throw new SpecException("", "the bundle " + absolute + " is not a folder");
    }
    return absolute;
  }

  private static Path rootfs(Path directory, Spec spec) {
    Root root = spec.root();
    if (root == null) {
      throw new SpecException("root", "is required and missing");
    }
    Path rootfs = directory.resolve(root.path()).normalize();
    if (!Files.isDirectory(rootfs)) {
      throw new SpecException(
          "root.path",
          Files.exists(rootfs)
              ? rootfs + " is not a folder"
              : rootfs + " does not exist; unpack the root file system there or change the path");
    }
    return rootfs;
  }
}
