package io.lighter.images.build.files;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies files into a root: content, permissions, owners, times of change, extended attributes and
 * hard links among them. Not thread-safe.
 *
 * <p>The root may be hostile: the destination is resolved within it, and from there on no link is
 * followed. What is in the way of a file is replaced, unless it is a folder; a folder keeps what is
 * in it.
 */
public final class FileCopy implements AutoCloseable {
  private static final int SYMLINK_MAX = 4096;

  private final Arena arena = Arena.ofConfined();
  private final Files files;
  private final FileAttributes attributes;
  private final Fd root;
  private final CopyRules rules;
  private final FileStatus status;
  private final FileStatus there;
  private final MemorySegment link;
  private final Map<String, Name> linked = new HashMap<>();

  /**
   * Copies into a root.
   *
   * @param root the caller's; open for reading or with O_PATH
   */
  public FileCopy(Linux linux, Fd root, CopyRules rules) {
    this.files = linux.files();
    this.attributes = new FileAttributes(linux, arena);
    this.root = root;
    this.rules = rules;
    this.status = new FileStatus(arena);
    this.there = new FileStatus(arena);
    this.link = arena.allocate(SYMLINK_MAX);
  }

  /**
   * Copies a selection: the content of a folder, or a file.
   *
   * @param destination from the root; with a slash at its end it is a folder, into which a file
   *     goes
   * @throws FileException when something is in the way
   */
  public void copy(Selection selection, String destination) {
    String folder = destination;
    if (!selection.parents().isEmpty()) {
      folder = destination + "/" + selection.parents() + (selection.isFolder() ? "" : "/");
    }
    RealPath target = RealPath.of(files, root, folder, true);
    boolean into = folder.endsWith("/") || folder.endsWith("/.") || target.isFolder();
    if (selection.isFolder()) {
      copyFolder(selection, target);
    } else if (!selection.entries().isEmpty()) {
      Name parent = into ? target.path() : NamePath.parent(target.path());
      makeFolders(into ? target : RealPath.of(files, root, parent.toString(), true));
      Name name = into ? selection.base() : NamePath.last(target.path());
      copyEntry(selection, NamePath.ROOT, NamePath.join(parent, name), true);
    }
  }

  private void copyFolder(Selection selection, RealPath target) {
    if (target.exists() && !target.isFolder()) {
      throw new FileException(
          "the folder %s cannot replace /%s, which is no folder"
              .formatted(selection.asWritten(), target.path()));
    }
    boolean made = makeFolders(target);
    for (Name entry : selection.entries()) {
      copyEntry(selection, entry, NamePath.join(target.path(), entry), true);
    }
    // Last, and from the inside out: what is put into a folder changes its time.
    for (Name entry : selection.entries().reversed()) {
      restoreFolderTime(selection, entry, NamePath.join(target.path(), entry));
    }
    if (made) {
      copyEntry(selection, NamePath.ROOT, target.path(), true);
      restoreFolderTime(selection, NamePath.ROOT, target.path());
    }
  }

  /**
   * Makes a folder with those above it, where they are missing.
   *
   * @return false when it was there
   * @throws FileException when a file is in the way
   */
  public boolean makeFolders(RealPath path) {
    if (path.exists() && !path.isFolder()) {
      throw new FileException("/" + path.path() + " is not a folder");
    }
    if (path.exists()) {
      return false;
    }
    Name parent = NamePath.parent(path.path());
    if (path.missing() > 1) {
      makeFolders(new RealPath(parent, path.missing() - 1, 0));
    }
    try (Fd folder = OpenFile.folder(files, root, parent)) {
      Name name = NamePath.last(path.path());
      files.mkdirat(folder, name, 0755);
      CopyRules.Owner owner = rules.owner() == null ? CopyRules.Owner.ROOT : rules.owner();
      files.fchownat(folder, name, owner.uid(), owner.gid(), Fcntl.AT_SYMLINK_NOFOLLOW);
      try (Fd made = OpenFile.folder(files, root, path.path())) {
        // The umask of this process may have taken bits away.
        files.fchmod(made, 0755);
      }
    }
    return true;
  }

  private void copyEntry(Selection selection, Name entry, Name target, boolean all) {
    Name source = selection.source(entry);
    try (Fd from = OpenFile.pinned(files, selection.tree().root(), source);
        Fd parent = OpenFile.folder(files, root, NamePath.parent(target))) {
      files.statx(from, status);
      Name name = target.length() == 0 ? Name.of(".") : NamePath.last(target);
      clear(parent, name, target);
      String identity = status.dev() + ":" + status.ino();
      Name first = status.nlink() > 1 && !status.isFolder() ? linked.get(identity) : null;
      if (first != null) {
        try (Fd firstFolder = OpenFile.folder(files, root, NamePath.parent(first))) {
          files.linkat(firstFolder, NamePath.last(first), parent, name, 0);
        }
        return;
      }
      make(from, parent, name);
      if (all) {
        try (Fd to = files.openat(parent, name, Fcntl.O_PATH | Fcntl.O_NOFOLLOW, 0)) {
          finish(from, to, selection.tree().ofRoot());
        }
      }
      if (status.nlink() > 1 && !status.isFolder()) {
        linked.put(identity, target);
      }
    }
  }

  /** Takes away what a file is to replace. */
  private void clear(Fd parent, Name name, Name target) {
    if (!files.statx(parent, name, Fcntl.AT_SYMLINK_NOFOLLOW, there)) {
      return;
    }
    if (there.isFolder() != status.isFolder()) {
      throw new FileException(
          there.isFolder()
              ? "a file cannot replace the folder /" + target
              : "a folder cannot replace /" + target + ", which is no folder");
    }
    if (!there.isFolder()) {
      files.unlinkat(parent, name, 0);
    }
  }

  private void make(Fd from, Fd parent, Name name) {
    switch (status.type()) {
      case Fcntl.S_IFDIR -> files.mkdirat(parent, name, 0700);
      case Fcntl.S_IFLNK -> {
        int length = files.readlinkat(from, NamePath.ROOT, link);
        files.symlinkat(Name.wrap(link, 0, length), parent, name);
      }
      case Fcntl.S_IFREG -> {
        int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL | Fcntl.O_NOFOLLOW;
        try (Fd in = OpenFile.reopen(files, from, Fcntl.O_RDONLY);
            Fd out = files.openat(parent, name, flags, 0600)) {
          files.copyContent(in, out);
        }
      }
      default -> files.mknodat(parent, name, status.type() | 0600, status.rdev());
    }
  }

  /** Owner first: a new one takes set-user-ID away, and the capabilities of a file. */
  private void finish(Fd from, Fd to, boolean ofRoot) {
    CopyRules.Owner owner = rules.owner();
    long uid = owner != null ? owner.uid() : ofRoot ? 0 : status.uid();
    long gid = owner != null ? owner.gid() : ofRoot ? 0 : status.gid();
    files.fchownat(to, "", uid, gid, Fcntl.AT_EMPTY_PATH);
    if (!status.isSymbolicLink()) {
      FileMode mode = rules.mode();
      files.fchmod(
          to,
          mode == null
              ? status.permissions()
              : mode.applyTo(status.permissions(), status.isFolder()));
    }
    attributes.write(to, attributes.read(from));
    time(to);
  }

  private void time(Fd to) {
    files.utimensat(
        to,
        "",
        0,
        Stat.UTIME_OMIT,
        status.mtimeSeconds(),
        status.mtimeNanos(),
        Fcntl.AT_EMPTY_PATH);
  }

  private void restoreFolderTime(Selection selection, Name entry, Name target) {
    try (Fd from = OpenFile.pinned(files, selection.tree().root(), selection.source(entry))) {
      files.statx(from, status);
      if (status.isFolder()) {
        try (Fd to = OpenFile.pinned(files, root, target)) {
          time(to);
        }
      }
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
