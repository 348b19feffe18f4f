package io.lighter.linux;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes a file or a whole tree by descriptor, as hostile as its content may be.
 *
 * <ul>
 *   <li>No symbolic link is followed, whatever is swapped in meanwhile: each folder is opened by
 *       its one name below the folder that holds it.
 *   <li>It stays on one mount: a mount inside the tree ends it with an error, since what is mounted
 *       there is not the tree's.
 *   <li>Any depth: at most {@link #MAX_OPEN} folders are open at once. What lies deeper is moved up
 *       to the top of the tree first.
 * </ul>
 *
 * <p>It keeps its buffers from one removal to the next. Not thread-safe.
 */
public final class FolderRemoval extends CallGroup {
  /** How many folders are open at once, and so the depth of the recursion. */
  public static final int MAX_OPEN = 64;

  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final long BELOW =
      Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS | Fcntl.RESOLVE_NO_XDEV;

  private final Files files;
  private final Arena arena;
  private final List<FolderEntries> levels = new ArrayList<>();
  private long moved;
  private long changes;

  /** Prepares removals; buffers come from the arena, 16 KiB a level of depth, once. */
  public FolderRemoval(Linux linux, Arena arena) {
    super(linux.calls());
    this.files = linux.files();
    this.arena = arena;
  }

  /**
   * Removes a file, or a folder with all that is in it.
   *
   * @param name one name, no path
   * @return false when there is nothing of that name
   * @throws LinuxException EXDEV or EBUSY where something is mounted in the tree; what had been
   *     removed until then stays removed
   */
  public boolean remove(Fd parent, String name) {
    return remove(parent, Name.of(name));
  }

  /** Removes a file or tree by the exact bytes of its name. */
  public boolean remove(Fd parent, Name name) {
    if (!name.isOneComponent()) {
      throw new IllegalArgumentException("one name is wanted here and no path: \"" + name + "\"");
    }
    long result = unlink(parent, name, 0);
    if (result == -Errno.ENOENT) {
      return false;
    }
    if (result == 0) {
      return true;
    }
    removeFolder(null, parent, name, 0);
    return true;
  }

  /**
   * Removes all that is in a folder, and not the folder.
   *
   * @param folder open for reading, not with O_PATH
   */
  public void empty(Fd folder) {
    long before;
    do {
      // What was moved up may lie behind the cursor, so that one more pass finds it.
      before = changes;
      files.lseek(folder, 0, Stat.SEEK_SET);
      removeEntries(folder, folder, 0);
    } while (changes != before);
  }

  private void removeEntries(Fd top, Fd folder, int level) {
    FolderEntries entries = level(level);
    entries.start(folder);
    while (entries.next()) {
      Name name = entries.name();
      if (entries.type() == Stat.DT_DIR || unlink(folder, name, 0) == -Errno.EISDIR) {
        removeInner(top, folder, name, level + 1);
      }
      changes++;
    }
  }

  private void removeInner(Fd top, Fd parent, Name name, int level) {
    if (level < MAX_OPEN) {
      removeFolder(top, parent, name, level);
    } else if (unlink(parent, name, Fcntl.AT_REMOVEDIR) == -Errno.ENOTEMPTY) {
      moveUp(top, parent, name);
    }
  }

  private void removeFolder(@Nullable Fd outermost, Fd parent, Name name, int level) {
    try (Fd folder = files.openat2(parent, name, FOLDER, 0, BELOW)) {
      Fd top = outermost == null ? folder : outermost;
      removeEntries(top, folder, level);
      // Not empty: folders were moved up to here, or the file system skipped entries because others
      // were removed beside the reading.
      while (unlink(parent, name, Fcntl.AT_REMOVEDIR) == -Errno.ENOTEMPTY) {
        long before = changes;
        files.lseek(folder, 0, Stat.SEEK_SET);
        removeEntries(top, folder, level);
        if (changes == before) {
          throw LinuxException.of(
              SystemCall.UNLINKAT, Errno.ENOTEMPTY, "unlinkat(\"" + name + "\", AT_REMOVEDIR)");
        }
      }
    }
  }

  /** Moves a folder to the top of the tree under a name that is not taken by anything in use. */
  private void moveUp(Fd top, Fd parent, Name name) {
    CallMemory memory = CallMemory.get();
    while (true) {
      long from = memory.path(name);
      long to = memory.secondPath("moved-up-" + moved++);
      long result = calls.call(SystemCall.RENAMEAT2, parent.number(), from, top.number(), to, 0, 0);
      // A name that is taken by an empty folder may be replaced: all of this goes.
      if (result == -Errno.ENOTEMPTY || result == -Errno.EEXIST || result == -Errno.ENOTDIR) {
        continue;
      }
      if (Errno.isError(result)) {
        throw LinuxException.of(
            SystemCall.RENAMEAT2, result, parent.number(), from, top.number(), to, 0, 0);
      }
      return;
    }
  }

  /** Returns 0, or one of the errors that are answers here: ENOENT, EISDIR, ENOTEMPTY. */
  private long unlink(Fd folder, Name name, int flags) {
    long path = CallMemory.get().path(name);
    long result = calls.call(SystemCall.UNLINKAT, folder.number(), path, flags, 0, 0, 0);
    if (Errno.isError(result)
        && result != -Errno.ENOENT
        && result != -Errno.EISDIR
        && result != -Errno.ENOTEMPTY) {
      throw LinuxException.of(SystemCall.UNLINKAT, result, folder.number(), path, flags, 0, 0, 0);
    }
    return result;
  }

  private FolderEntries level(int level) {
    if (level == levels.size()) {
      levels.add(new FolderEntries(files, arena));
    }
    return levels.get(level);
  }
}
