package io.lighter.runtime;

import io.lighter.runtime.launch.PathKinds;
import java.nio.file.Files;
import java.nio.file.Path;

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
}
