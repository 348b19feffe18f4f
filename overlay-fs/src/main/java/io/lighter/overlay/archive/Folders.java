package io.lighter.overlay.archive;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import io.lighter.overlay.FileIdentity;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The folders that entries go into, opened below a root, one at a time. Not thread-safe.
 *
 * <p>A symbolic link on the way is followed, as the peers do and as layers rely on: {@code lib} may
 * be a link to {@code usr/lib} when {@code lib/x} comes. But to every path, also in a link, the
 * root is {@code /} (RESOLVE_IN_ROOT), so that no link leads out of it; and links of procfs, which
 * name a file instead of a path, are not followed at all.
 */
final class Folders implements AutoCloseable {
  private static final int FOLDER = Fcntl.O_PATH | Fcntl.O_DIRECTORY;
  private static final long IN_ROOT = Fcntl.RESOLVE_IN_ROOT | Fcntl.RESOLVE_NO_MAGICLINKS;

  /** The permissions of folders that the archive uses and does not have. */
  private static final int PERMISSIONS = 0755;

  private final Files files;
  private final Fd root;
  private final Name base;
  private final FolderTimes times;
  private final OwnerMapping owners;
  private final LayersBelow below;
  private final FileStatus status;

  private @Nullable Entered entered;

  private record Entered(Name path, Fd folder, FileIdentity identity) {}

  /**
   * Prepares.
   *
   * @param base where in the root all paths start; may be empty
   * @param owners of folders that are made because they are missing: those of root
   * @param below asked when a folder is needed where there is something else
   */
  Folders(
      Files files,
      Fd root,
      Name base,
      FolderTimes times,
      OwnerMapping owners,
      LayersBelow below,
      Arena arena) {
    this.files = files;
    this.root = root;
    this.base = base;
    this.times = times;
    this.owners = owners;
    this.below = below;
    this.status = new FileStatus(arena);
  }

  /**
   * Opens a folder, and makes it and those above when they are not there.
   *
   * @param path normal, below the base; empty for the base itself
   * @return the folder, with O_PATH; it is closed by the next call
   */
  Fd enter(Name path) throws ArchiveException {
    if (entered != null && entered.path.equals(path)) {
      return entered.folder;
    }
    leave();
    Fd folder = openOrMake(inRoot(path));
    try {
      entered = new Entered(path, folder, identityOf(folder));
      return folder;
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** Returns what tells the folder that was entered from others. */
  FileIdentity identity() {
    if (entered == null) {
      throw new IllegalStateException("no folder was entered");
    }
    return entered.identity;
  }

  /**
   * Opens a folder that must be there.
   *
   * @throws LinuxException ENOENT, ENOTDIR, ELOOP
   */
  Fd open(Name path, int flags) throws ArchiveException {
    return openBelow(inRoot(path), flags);
  }

  FileIdentity identityOf(Fd file) {
    files.statx(file, status);
    return FileIdentity.of(status);
  }

  /** Sets the times of the folder that was entered, and forgets what its path led to. */
  void leave() {
    Entered left = entered;
    if (left != null) {
      entered = null;
      try (Fd folder = left.folder) {
        times.restore(folder, left.identity);
      }
    }
  }

  /** Closes the folder that was entered, as it is. */
  @Override
  public void close() {
    if (entered != null) {
      entered.folder.close();
      entered = null;
    }
  }

  private byte[] inRoot(Name path) throws ArchiveException {
    Name joined =
        base.length() == 0 ? path : path.length() == 0 ? base : EntryPath.join(base, path);
    if (joined.length() > EntryPath.MAX_PATH) {
      throw new ArchiveException(
          "its path has %d bytes; Linux takes %d".formatted(joined.length(), EntryPath.MAX_PATH));
    }
    return joined.toBytes();
  }

  private Fd openBelow(byte[] path, int flags) {
    Name name = path.length == 0 ? Name.of(".") : Name.of(path);
    return files.openat2(root, name, flags, 0, IN_ROOT);
  }

  private Fd openOrMake(byte[] path) throws ArchiveException {
    try {
      return openBelow(path, FOLDER);
    } catch (LinuxException e) {
      if (path.length == 0 || (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR)) {
        throw e;
      }
    }
    return make(path);
  }

  /** Goes down from the root, one component after the other, and makes what is missing. */
  private Fd make(byte[] path) throws ArchiveException {
    Fd above = openBelow(new byte[0], FOLDER);
    try {
      for (int start = 0, end; start < path.length; start = end + 1) {
        end = start;
        while (end < path.length && path[end] != '/') {
          end++;
        }
        Name name = Name.of(Arrays.copyOfRange(path, start, end));
        Fd next = step(above, name, Arrays.copyOf(path, end));
        above.close();
        above = next;
      }
      return above;
    } catch (RuntimeException | ArchiveException e) {
      above.close();
      throw e;
    }
  }

  private Fd step(Fd above, Name name, byte[] path) throws ArchiveException {
    try {
      // By the whole path: a link in the component starts at the root.
      return openBelow(path, FOLDER);
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
        throw e;
      }
    }
    FileIdentity parent = identityOf(above);
    if (!files.mkdirat(above, name, PERMISSIONS) && !below.replaceByFolder(above, name)) {
      throw new ArchiveException(
          ArchiveException.quote(Name.of(path))
              + " on the way to it is no folder, nor a link to one");
    }
    times.restore(above, parent);
    Fd made = files.openat(above, name, FOLDER | Fcntl.O_NOFOLLOW, 0);
    try {
      files.fchownat(made, "", owners.uid(0), owners.gid(0), Fcntl.AT_EMPTY_PATH);
      // The umask of the process may have taken bits away.
      files.fchmod(made, PERMISSIONS);
      times.forget(identityOf(made));
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }
}
