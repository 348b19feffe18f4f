package io.lighter.images.build.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import io.lighter.linux.Xattrs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/**
 * The extended attributes of files that are theirs: not those by which overlayfs marks its layers,
 * nor the labels of this machine. Not thread-safe.
 */
final class FileAttributes {
  private final Xattrs xattrs;
  private final MemorySegment list;
  private final MemorySegment value;

  FileAttributes(Linux linux, Arena arena) {
    this.xattrs = linux.xattrs();
    this.list = arena.allocate(Xattrs.MAX_SIZE);
    this.value = arena.allocate(Xattrs.MAX_SIZE);
  }

  /** Reads all, sorted by name. */
  Map<Name, byte[]> read(Fd file) {
    int size = xattrs.flistxattr(file, list);
    Map<Name, byte[]> found = new TreeMap<>();
    int at = 0;
    while (at < size) {
      int end = at;
      while (list.get(JAVA_BYTE, end) != 0) {
        end++;
      }
      Name name = Name.of(list.asSlice(at, end - at).toArray(JAVA_BYTE));
      int length = isOfFile(name) ? xattrs.fgetxattr(file, name, value) : Xattrs.ABSENT;
      if (length >= 0) {
        found.put(name, value.asSlice(0, length).toArray(JAVA_BYTE));
      }
      at = end + 1;
    }
    return found;
  }

  /** Sets them on another file; those that its file system does not have are left out. */
  void write(Fd file, Map<Name, byte[]> attributes) {
    attributes.forEach(
        (name, bytes) -> {
          MemorySegment.copy(bytes, 0, value, JAVA_BYTE, 0, bytes.length);
          try {
            xattrs.fsetxattr(file, name, value.asSlice(0, bytes.length), 0);
          } catch (LinuxException e) {
            if (e.errno() != Errno.EOPNOTSUPP || name.startsWith("security.")) {
              throw e;
            }
          }
        });
  }

  private static boolean isOfFile(Name name) {
    return !name.startsWith("trusted.overlay.")
        && !name.startsWith("user.overlay.")
        && !name.startsWith("security.selinux");
  }
}
