package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The cgroups right below a cgroup. */
final class Children {
  private Children() {}

  /** Returns the names of the children. */
  static List<String> names(Cgroup cgroup) {
    Files files = cgroup.tree().linux().files();
    List<String> names = new ArrayList<>();
    // Opened anew, since the place in a folder belongs to its descriptor and others may list it.
    try (Arena arena = Arena.ofConfined();
        Fd folder = files.openat(cgroup.fd(), ".", Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0)) {
      FolderEntries entries = new FolderEntries(files, arena);
      entries.start(folder);
      while (entries.next()) {
        if (entries.type() == Stat.DT_DIR) {
          names.add(entries.name().toString());
        }
      }
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
        throw e;
      }
      // Removed meanwhile: it has no children.
    }
    return names;
  }

  /** Opens each child that is still there, hands it out and closes it. */
  static void forEach(Cgroup cgroup, Consumer<Cgroup> action) {
    for (String name : names(cgroup)) {
      try (Cgroup child = cgroup.openIfExists(name)) {
        if (child != null) {
          action.accept(child);
        }
      }
    }
  }
}
