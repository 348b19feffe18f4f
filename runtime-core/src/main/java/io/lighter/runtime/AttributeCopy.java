package io.lighter.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import io.lighter.linux.Xattrs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Copies extended attributes from file to file: not those by which overlayfs marks its layers, and
 * not those that the target's file system does not have, as tmpfs no {@code user.} ones before
 * Linux 6.6. Not thread-safe.
 */
final class AttributeCopy {
  private final Xattrs xattrs;
  private final MemorySegment list;
  private final MemorySegment value;
  private final Name name;

  AttributeCopy(Linux linux, Arena arena) {
    this.xattrs = linux.xattrs();
    this.list = arena.allocate(Xattrs.MAX_SIZE);
    this.value = arena.allocate(Xattrs.MAX_SIZE);
    this.name = Name.wrap(list, 0, 0);
  }

  void copy(Fd from, Fd to) {
    int size = xattrs.flistxattr(from, list);
    int at = 0;
    while (at < size) {
      int end = at;
      while (list.get(JAVA_BYTE, end) != 0) {
        end++;
      }
      name.moveTo(list, at, end - at);
      copyOne(from, to);
      at = end + 1;
    }
  }

  private void copyOne(Fd from, Fd to) {
    if (name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.")) {
      return;
    }
    int size = xattrs.fgetxattr(from, name, value);
    if (size < 0) {
      return; // removed meanwhile
    }
    try {
      xattrs.fsetxattr(to, name, value.asSlice(0, size), 0);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EOPNOTSUPP) {
        throw e;
      }
    }
  }
}
