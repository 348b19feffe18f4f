package io.lighter.cli.options;

import java.nio.file.Path;

/** Paths on the host, as text. */
final class HostPath {
  private HostPath() {}

  /**
   * An absolute path from one that a person wrote: what begins with {@code .} counts from {@code
   * folder}. Any other relative path stays as it is, for Docker takes that for a volume's name.
   */
  static String resolve(String path, Path folder) {
    if (path.startsWith("/")) {
      return ContainerPath.clean(path);
    }
    return path.startsWith(".") ? ContainerPath.clean(folder + "/" + path) : path;
  }
}
