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
import org.jspecify.annotations.Nullable;

/**
 * The mounts of a namespace, as far as its root shows them. Immutable.
 *
 * @param entries in the kernel's order: a mount stands behind the one that it is mounted on
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">
 *     proc_pid_mountinfo(5)</a>
 */
public record MountInfo(List<Entry> entries) {
  /**
   * A mount.
   *
   * @param place where it is, from the root of the process
   * @param options of the mount itself, such as {@code ro}, which are not the file system's
   */
  public record Entry(long id, long parent, String place, Set<String> options) {
    public Entry {
      options = Set.copyOf(options);
    }
  }

  public MountInfo {
    entries = List.copyOf(entries);
  }

  /**
   * Reads those of a process.
   *
   * @throws IOException when it has ended
   */
  public static MountInfo of(int pid) throws IOException {
    return parse(java.nio.file.Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo")));
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
      String[] fields = line.split(" ", 7);
      entries.add(
          new Entry(
              Long.parseLong(fields[0]),
              Long.parseLong(fields[1]),
              plain(fields[4]),
              Set.copyOf(List.of(fields[5].split(",", -1)))));
    }
    return new MountInfo(entries);
  }

  /** Returns the mount that is seen at a place, which is the last of those there, or null. */
  public @Nullable Entry at(String place) {
    Entry found = null;
    for (Entry entry : entries) {
      if (entry.place.equals(place)) {
        found = entry;
      }
    }
    return found;
  }

  /** Returns the mount that a normalized path lies on, or null when the root is none. */
  public @Nullable Entry covering(String path) {
    Entry found = null;
    for (Entry entry : entries) {
      String place = entry.place;
      boolean covers = place.equals("/") || path.equals(place) || path.startsWith(place + "/");
      if (covers && (found == null || place.length() >= found.place.length())) {
        found = entry;
      }
    }
    return found;
  }

  /** Returns the mounts that stand on a mount, and on those. */
  public List<Entry> below(long id) {
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
