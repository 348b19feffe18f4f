package io.lighter.runtime;

import static io.lighter.linux.Fcntl.*;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills a tmpfs or a volume with what stands in a container's root: files, folders, links, FIFOs
 * and sockets, with owners, permissions, times and extended attributes.
 *
 * <p>The root is not trusted, and a container that shares it may change it meanwhile. Each file is
 * held by O_PATH, looked at, and only then opened, by that descriptor; no link is followed. Device
 * nodes are left out: on a tmpfs without {@code nodev} they would be devices, where the root of a
 * container that no device filter guards has them disarmed. What is too much for the target fails
 * with ENOSPC. Hard links become files of their own.
 */
public final class TreeCopy {
  /** Descriptors are held all the way down; a path of PATH_MAX has fewer than 2048 folders. */
  private static final int DEEPEST = 256;

  private static final int SYMLINK_MAX = 4096;

  private final Files files;
  private final Arena arena;
  private final AttributeCopy attributes;
  private final FileStatus status;
  private final MemorySegment link;
  private final List<FolderEntries> levels = new ArrayList<>();

  private TreeCopy(Linux linux, Arena arena) {
    this.files = linux.files();
    this.arena = arena;
    this.attributes = new AttributeCopy(linux, arena);
    this.status = new FileStatus(arena);
    this.link = arena.allocate(SYMLINK_MAX);
  }

  /**
   * Copies.
   *
   * @param tmpfs what is filled: a detached mount, or an empty folder open for reading
   * @param root the container's root
   * @param path where in it, absolute; when there is nothing, nothing is copied
   * @param options of the tmpfs: a mode, uid or gid that they give it stays
   * @throws LinuxException ENOTDIR when there is something else than a folder
   */
  public static void fill(Linux linux, Fd tmpfs, Fd root, String path, List<String> options) {
    try (Arena arena = Arena.ofConfined();
        Fd source =
            linux
                .files()
                .openat2(root, path.substring(1), O_RDONLY | O_DIRECTORY, 0, RESOLVE_IN_ROOT)) {
      TreeCopy copy = new TreeCopy(linux, arena);
      copy.entries(source, tmpfs, 0);
      copy.top(source, tmpfs, options);
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  private void top(Fd source, Fd tmpfs, List<String> options) {
    files.statx(source, status);
    if (!has(options, "uid=") && !has(options, "gid=")) {
      files.fchownat(tmpfs, "", status.uid(), status.gid(), AT_EMPTY_PATH);
    }
    attributes.copy(source, tmpfs);
    if (!has(options, "mode=")) {
      files.fchmod(tmpfs, status.permissions());
    }
    times(tmpfs);
  }

  private static boolean has(List<String> options, String prefix) {
    return options.stream().anyMatch(option -> option.startsWith(prefix));
  }

  private void entries(Fd source, Fd target, int level) {
    if (level == DEEPEST) {
      throw LinuxException.of(
          io.lighter.linux.SystemCall.MKDIRAT,
          Errno.ENAMETOOLONG,
          "tmpcopyup of more than " + DEEPEST + " folders in one another");
    }
    if (level == levels.size()) {
      levels.add(new FolderEntries(files, arena));
    }
    FolderEntries entries = levels.get(level);
    entries.start(source);
    while (entries.next()) {
      entry(source, target, entries.name(), level);
    }
  }

  private void entry(Fd source, Fd target, Name name, int level) {
    try (Fd pinned = files.openat(source, name, O_PATH | O_NOFOLLOW, 0)) {
      files.statx(pinned, status);
      switch (status.type()) {
        case S_IFDIR -> folder(pinned, target, name, level);
        case S_IFREG -> file(pinned, target, name);
        case S_IFLNK -> link(pinned, target, name);
        case S_IFIFO, S_IFSOCK -> node(pinned, target, name);
        default -> {} // a device: see above
      }
    }
  }

  private void folder(Fd pinned, Fd target, Name name, int level) {
    files.mkdirat(target, name, 0700);
    try (Fd from = files.openat(pinned, ".", O_RDONLY | O_DIRECTORY, 0);
        Fd to = files.openat(target, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)) {
      entries(from, to, level + 1);
      files.statx(pinned, status);
      finish(from, to);
    }
  }

  private void file(Fd pinned, Fd target, Name name) {
    try (Fd from =
            files.openat(
                Fd.WORKING_FOLDER, pinned.procPath(), O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
        Fd to = files.openat(target, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600)) {
      files.copyContent(from, to);
      finish(from, to);
    }
  }

  private void node(Fd pinned, Fd target, Name name) {
    files.mknodat(target, name, status.type() | 0600, 0);
    try (Fd to = files.openat(target, name, O_PATH | O_NOFOLLOW, 0)) {
      finish(pinned, to);
    }
  }

  /** Owner first: changing it takes set-user-ID away, and capabilities of the file too. */
  private void finish(Fd from, Fd to) {
    files.fchownat(to, "", status.uid(), status.gid(), AT_EMPTY_PATH);
    attributes.copy(from, to);
    files.fchmod(to, status.permissions());
    times(to);
  }

  private void link(Fd pinned, Fd target, Name name) {
    int length = files.readlinkat(pinned, Name.of(""), link);
    files.symlinkat(Name.wrap(link, 0, length), target, name);
    try (Fd to = files.openat(target, name, O_PATH | O_NOFOLLOW, 0)) {
      files.fchownat(to, "", status.uid(), status.gid(), AT_EMPTY_PATH);
      times(to);
    }
  }

  private void times(Fd to) {
    files.utimensat(
        to,
        "",
        status.atimeSeconds(),
        status.atimeNanos(),
        status.mtimeSeconds(),
        status.mtimeNanos(),
        AT_EMPTY_PATH);
  }
}
