package io.lighter.runtime;

import io.lighter.runtime.launch.PathKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What stands on the host, seen as the user of the host sees it. */
final class HostPaths implements PathKinds {
  @Override
  public Kind of(String path) {
    Path host = Path.of(path);
    if (Files.isDirectory(host)) {
      return Kind.FOLDER;
    }
    return Files.exists(host) ? Kind.FILE : Kind.MISSING;
  }

  @Override
  public @Nullable String linkTarget(String path) {
    try {
      return Files.readSymbolicLink(Path.of(path)).toString();
    } catch (IOException none) {
      return null; // no link, or nothing at all: the mount itself says so
    }
  }
}
