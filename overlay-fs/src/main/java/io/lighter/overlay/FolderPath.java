package io.lighter.overlay;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Name;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The path of a folder while a tree is walked, of any length and depth. Not thread-safe.
 *
 * <p>A walk opens each folder by its path anew and closes it before it goes deeper, so that it
 * needs a few descriptors for a tree of any depth.
 */
final class FolderPath {
  /** The kernel takes paths of 4095 bytes at once. */
  private static final int MAX_AT_ONCE = 4095;

  private static final int STEP = Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final int LAST = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final long BELOW =
      Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS | Fcntl.RESOLVE_NO_MAGICLINKS;

  private byte[] bytes = new byte[256];
  private int length;

  /** Goes down into a folder. */
  void enter(Name name) {
    int before = length;
    int start = before == 0 ? 0 : before + 1;
    int end = start + name.length();
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
    }
    if (start > before) {
      bytes[before] = '/';
    }
    name.copyTo(MemorySegment.ofArray(bytes), start);
    length = end;
  }

  /** Goes back up to a folder on the way here, by its {@link #length}. */
  void cutTo(int bytesLeft) {
    length = bytesLeft;
  }

  /** Returns the path of an entry of the folder. */
  Name with(Name name) {
    int before = length;
    enter(name);
    Name path = first(length);
    cutTo(before);
    return path;
  }

  /** Returns the path of a folder on the way here, by its {@link #length}. */
  Name first(int count) {
    return Name.of(Arrays.copyOf(bytes, count));
  }

  int length() {
    return length;
  }

  /**
   * Opens the folder of this path for reading. No symbolic link is followed.
   *
   * @param root where the path starts
   */
  Fd open(Files files, Fd root) {
    if (length == 0) {
      return files.openat(root, ".", LAST, 0);
    }
    return openFrom(files, root, 0);
  }

  private Fd openFrom(Files files, Fd from, int start) {
    if (length - start <= MAX_AT_ONCE) {
      return files.openat2(from, part(start, length), LAST, 0, BELOW);
    }
    int end = lastSlash(start);
    try (Fd next = files.openat2(from, part(start, end), STEP, 0, BELOW)) {
      return openFrom(files, next, end + 1);
    }
  }

  /** Where the longest part ends that the kernel takes: names have 255 bytes at most. */
  private int lastSlash(int start) {
    int end = start + MAX_AT_ONCE;
    while (bytes[end] != '/') {
      end--;
    }
    return end;
  }

  private Name part(int start, int end) {
    return Name.wrap(MemorySegment.ofArray(bytes), start, end - start);
  }

  @Override
  public String toString() {
    return "/" + first(length);
  }
}
