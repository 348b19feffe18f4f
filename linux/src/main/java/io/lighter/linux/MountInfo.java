package io.lighter.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The mounts of a namespace, as far as its root shows them. Immutable.
 *
 * @param entries in the kernel's order: a mount stands behind the one that it is mounted on
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">
 *     proc_pid_mountinfo(5)</a>
 */
record MountInfo(List<Entry> entries) {
  /**
   * A mount.
   *
   * @param place where it is, from the root of the process
   */
  record Entry(long id, long parent, String place) {}

  MountInfo {
    entries = List.copyOf(entries);
  }

  /** Reads those of the calling thread. */
  static MountInfo ofThread() {
    try {
      return parse(java.nio.file.Files.readAllLines(Path.of("/proc/thread-self/mountinfo")));
    } catch (IOException e) {
      throw new UncheckedIOException("the mounts cannot be listed", e);
    }
  }

  static MountInfo parse(List<String> lines) {
    List<Entry> entries = new ArrayList<>(lines.size());
    for (String line : lines) {
      String[] fields = line.split(" ", 6);
      entries.add(
          new Entry(Long.parseLong(fields[0]), Long.parseLong(fields[1]), plain(fields[4])));
    }
    return new MountInfo(entries);
  }

  /** Returns the mounts that stand on a mount, and on those. */
  List<Entry> below(long id) {
    Set<Long> tree = new HashSet<>(Set.of(id));
    List<Entry> below = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.id != id && tree.contains(entry.parent)) {
        tree.add(entry.id);
        below.add(entry);
      }
    }
    return below;
  }

  /** Undoes the escapes of white space and backslashes: three octal digits. */
  private static String plain(String escaped) {
    if (escaped.indexOf('\\') < 0) {
      return escaped;
    }
    byte[] bytes = escaped.getBytes(UTF_8);
    ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\\' && i + 3 < bytes.length) {
        plain.write((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | bytes[i + 3] - '0');
        i += 3;
      } else {
        plain.write(bytes[i]);
      }
    }
    return plain.toString(UTF_8);
  }
}
