package io.lighter.overlay.archive;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.DeviceNumber;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.linux.Xattrs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that there is to know about the files of a folder, one line each, by path. */
final class Snapshot {
  private final Linux linux = Linux.kernel();
  private final Map<String, String> lines = new TreeMap<>();
  private final Map<String, String> firstNames = new HashMap<>();
  private final Arena arena;

  private Snapshot(Arena arena) {
    this.arena = arena;
  }

  static Map<String, String> of(Path folder) {
    try (Arena arena = Arena.ofConfined();
        Fd root =
            Linux.kernel()
                .files()
                .openat(
                    Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0)) {
      Snapshot snapshot = new Snapshot(arena);
      snapshot.add(root, Name.of("."), "");
      return snapshot.lines;
    }
  }

  private void add(Fd folder, Name name, String path) {
    FileStatus status = new FileStatus(arena);
    linux.files().statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status);
    String first =
        status.isFolder() ? path : firstNames.computeIfAbsent("" + status.ino(), i -> path);
    String line =
        "%o %d:%d %d.%09d size %d links %d device %d:%d same as %s %s"
            .formatted(
                status.mode(),
                status.uid(),
                status.gid(),
                status.mtimeSeconds(),
                status.mtimeNanos(),
                status.isFolder() ? 0 : status.size(),
                status.isFolder() ? 0 : status.nlink(),
                DeviceNumber.major(status.rdev()),
                DeviceNumber.minor(status.rdev()),
                first,
                xattrs(folder, name));
    if (status.isSymbolicLink()) {
      MemorySegment target = arena.allocate(4096);
      int length = linux.files().readlinkat(folder, name, target);
      line += " to " + text(Name.wrap(target, 0, length));
    } else if (status.isRegularFile()) {
      line += " " + digest(folder, name);
    }
    // Of a whiteout nothing counts but that it is one.
    lines.put(path, status.isWhiteout() ? "whiteout" : line);
    if (status.isFolder()) {
      addAll(folder, name, path);
    }
  }

  private void addAll(Fd folder, Name name, String path) {
    try (Fd opened = linux.files().openat(folder, name, Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW, 0)) {
      List<Name> names = new ArrayList<>();
      FolderEntries entries = new FolderEntries(linux.files(), arena);
      entries.start(opened);
      while (entries.next()) {
        names.add(entries.name().copy(arena));
      }
      names.sort(null);
      for (Name inner : names) {
        add(opened, inner, path + "/" + text(inner));
      }
    }
  }

  private String xattrs(Fd folder, Name name) {
    TreeMap<String, String> found = new TreeMap<>();
    try (Fd file = linux.files().openat(folder, name, Fcntl.O_PATH | Fcntl.O_NOFOLLOW, 0)) {
      MemorySegment list = arena.allocate(Xattrs.MAX_SIZE);
      MemorySegment value = arena.allocate(Xattrs.MAX_SIZE);
      int size = linux.xattrs().flistxattr(file, list);
      byte[] names = list.asSlice(0, Math.max(size, 0)).toArray(JAVA_BYTE);
      for (String attribute : new String(names, StandardCharsets.ISO_8859_1).split("\0", -1)) {
        if (!attribute.isEmpty()) {
          Name exact = Name.of(attribute.getBytes(StandardCharsets.ISO_8859_1));
          int length = linux.xattrs().fgetxattr(file, exact, value);
          byte[] bytes = value.asSlice(0, length).toArray(JAVA_BYTE);
          found.put(attribute, HexFormat.of().formatHex(bytes));
        }
      }
    }
    return found.toString();
  }

  private String digest(Fd folder, Name name) {
    try (Fd file = linux.files().openat(folder, name, Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW, 0)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      MemorySegment buffer = arena.allocate(64 * 1024);
      for (long n = linux.files().read(file, buffer); n > 0; n = linux.files().read(file, buffer)) {
        digest.update(buffer.asSlice(0, n).asByteBuffer());
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(Name name) {
    return new String(name.toBytes(), StandardCharsets.ISO_8859_1);
  }
}
