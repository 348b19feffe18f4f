package io.lighter.overlay.archive;

import io.lighter.linux.Name;
import java.util.Arrays;

/**
 * Where an entry goes: the folder, by a path below the root without dots and double slashes, and
 * the name in it.
 *
 * @param folder empty for the root
 * @param name one component; empty for the root itself
 */
record EntryPath(Name folder, Name name) {
  /** NAME_MAX and PATH_MAX, without the terminating zero: {@code <linux/limits.h>}. */
  static final int MAX_NAME = 255;

  static final int MAX_PATH = 4095;

  private static final Name EMPTY = Name.of("");

  /**
   * Checks a name from an archive.
   *
   * @param maxDepth components at most
   * @throws ArchiveException says why the name is refused
   */
  static EntryPath of(Name raw, int maxDepth) throws ArchiveException {
    byte[] from = raw.toBytes();
    if (from.length == 0) {
      throw new ArchiveException("its name is empty");
    }
    if (from[0] == '/') {
      throw new ArchiveException("its name is absolute");
    }
    byte[] path = new byte[from.length];
    int length = 0;
    int lastStart = 0;
    int depth = 0;
    for (int start = 0; start <= from.length; ) {
      int end = endOfComponent(from, start);
      int size = end - start;
      if (size == 2 && from[start] == '.' && from[start + 1] == '.') {
        throw new ArchiveException("its name has .. in it");
      }
      if (size > MAX_NAME) {
        throw new ArchiveException(
            "its name has a component of %d bytes; Linux takes %d".formatted(size, MAX_NAME));
      }
      if (size > 0 && !(size == 1 && from[start] == '.')) {
        if (length > 0) {
          path[length++] = '/';
        }
        lastStart = length;
        System.arraycopy(from, start, path, length, size);
        length += size;
        depth++;
      }
      start = end + 1;
    }
    if (length > MAX_PATH) {
      throw new ArchiveException(
          "its name has %d bytes; Linux takes %d".formatted(length, MAX_PATH));
    }
    if (depth > maxDepth) {
      throw new ArchiveException(
          "it lies %d folders deep, more than %d (maxDepth)".formatted(depth, maxDepth));
    }
    Name folder = lastStart == 0 ? EMPTY : Name.of(Arrays.copyOfRange(path, 0, lastStart - 1));
    return new EntryPath(folder, Name.of(Arrays.copyOfRange(path, lastStart, length)));
  }

  private static int endOfComponent(byte[] path, int start) {
    int end = start;
    while (end < path.length && path[end] != '/') {
      end++;
    }
    return end;
  }

  /** Returns folder and name as one path. */
  Name path() {
    return folder.length() == 0 ? name : join(folder, name);
  }

  /** Puts a slash between two paths that are not empty. */
  static Name join(Name folder, Name name) {
    byte[] joined = Arrays.copyOf(folder.toBytes(), folder.length() + 1 + name.length());
    joined[folder.length()] = '/';
    System.arraycopy(name.toBytes(), 0, joined, folder.length() + 1, name.length());
    return Name.of(joined);
  }

  boolean isRoot() {
    return name.length() == 0;
  }

  /** Returns whether a folder on the way has a name that begins so. */
  boolean hasFolderNamed(String prefix) {
    byte[] path = folder.toBytes();
    for (int start = 0; start < path.length; ) {
      int end = endOfComponent(path, start);
      if (Name.of(Arrays.copyOfRange(path, start, end)).startsWith(prefix)) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }
}
