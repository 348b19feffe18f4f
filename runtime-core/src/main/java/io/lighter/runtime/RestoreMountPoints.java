package io.lighter.runtime;

import static io.lighter.linux.Fcntl.O_CREAT;
import static io.lighter.linux.Fcntl.O_EXCL;
import static io.lighter.linux.Fcntl.O_PATH;
import static io.lighter.linux.Fcntl.O_WRONLY;
import static io.lighter.linux.Fcntl.RESOLVE_IN_ROOT;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes what mounts go onto in a root that the container was not started on, such as a copy: CRIU
 * makes none.
 */
record RestoreMountPoints(Linux linux, Fd root) {
  private static final int FOLDER = 0755;
  private static final int FILE = 0644;

  /** Makes those that are missing, but for what lies on another mount. */
  void make(Spec spec) {
    List<String> before = new ArrayList<>();
    for (Mount mount : spec.mounts()) {
      String path = Path.of("/", mount.destination()).normalize().toString();
      if (before.stream().noneMatch(other -> path.startsWith(other + "/"))) {
        boolean file =
            mount.source() != null
                && mount.source().startsWith("/")
                && Files.exists(Path.of(mount.source()))
                && !Files.isDirectory(Path.of(mount.source()));
        make(path, file);
      }
      before.add(path);
    }
  }

  private void make(String path, boolean file) {
    for (int end = path.indexOf('/', 1); end != -2; ) {
      boolean last = end < 0;
      String part = last ? path : path.substring(0, end);
      if (part.length() > 1 && isMissing(part)) {
        add(part, last && file);
      }
      end = last ? -2 : path.indexOf('/', end + 1);
    }
  }

  private boolean isMissing(String path) {
    try (Fd _ = linux.files().openat2(root, path.substring(1), O_PATH, 0, RESOLVE_IN_ROOT)) {
      return false;
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) {
        return true;
      }
      throw e;
    }
  }

  private void add(String path, boolean file) {
    int slash = path.lastIndexOf('/');
    String parent = slash == 0 ? "." : path.substring(1, slash);
    String name = path.substring(slash + 1);
    try (Fd folder = linux.files().openat2(root, parent, O_PATH, 0, RESOLVE_IN_ROOT)) {
      if (!file) {
        linux.files().mkdirat(folder, name, FOLDER);
        return;
      }
      // A plain name: O_EXCL follows no link.
      int flags = O_WRONLY | O_CREAT | O_EXCL;
      linux.files().openat2(folder, name, flags, FILE, RESOLVE_IN_ROOT).close();
    }
  }
}
