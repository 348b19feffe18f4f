package io.lighter.runtime;

import static io.lighter.linux.Fcntl.*;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.launch.PathKinds;

/**
 * What stands in a root file system, looked up below its descriptor: no link of an image leads out.
 */
record ContainerPaths(Linux linux, Fd root) implements PathKinds {
  @Override
  public Kind of(String path) {
    String relative = path.equals("/") ? "." : path.substring(1);
    try (Fd found =
        linux.files().openat2(root, relative, O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT)) {
      return found.isOpen() ? Kind.FOLDER : Kind.MISSING;
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case Errno.ENOENT -> Kind.MISSING;
        // The path itself is no folder, or something on the way to it is none.
        case Errno.ENOTDIR -> file(relative);
        default -> throw e;
      };
    }
  }

  private Kind file(String relative) {
    try (Fd found = linux.files().openat2(root, relative, O_PATH, 0, RESOLVE_IN_ROOT)) {
      return found.isOpen() ? Kind.FILE : Kind.MISSING;
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return Kind.MISSING;
      }
      throw e;
    }
  }
}
