package io.lighter.runtime;

import static io.lighter.linux.Fcntl.*;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.launch.PathKinds;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

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
        // Links that never end are told by the step that opens the path for good.
        case Errno.ENOENT, Errno.ELOOP -> Kind.MISSING;
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
      if (absent(e)) {
        return Kind.MISSING;
      }
      throw e;
    }
  }

  @Override
  public @Nullable String linkTarget(String path) {
    try (Arena arena = Arena.ofConfined();
        Fd found =
            linux
                .files()
                .openat2(root, path.substring(1), O_PATH | O_NOFOLLOW, 0, RESOLVE_IN_ROOT)) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(found, status);
      return status.isSymbolicLink() ? linux.files().readlinkat(found, "") : null;
    } catch (LinuxException e) {
      if (absent(e)) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public int permissions(String path) {
    String relative = path.equals("/") ? "." : path.substring(1);
    try (Arena arena = Arena.ofConfined();
        Fd found = linux.files().openat2(root, relative, O_PATH, 0, RESOLVE_IN_ROOT)) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(found, status);
      return status.permissions();
    } catch (LinuxException e) {
      if (absent(e)) {
        return -1;
      }
      throw e;
    }
  }

  private static boolean absent(LinuxException e) {
    return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP;
  }
}
