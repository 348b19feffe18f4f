package io.lighter.overlay.archive;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import io.lighter.overlay.FileIdentity;
import java.io.IOException;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Makes the file of an entry in an open folder, by its one name. Whatever had the name is removed
 * first and never written into, so that neither a symbolic nor a hard link passes anything on; only
 * a folder over a folder stays. Not thread-safe.
 */
final class Placement {
  private static final int NEW_FILE =
      Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL | Fcntl.O_NOFOLLOW;
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final int ITSELF = Fcntl.O_PATH | Fcntl.O_NOFOLLOW;

  /** Nobody else may use a file before its owner and permissions are set. */
  private static final int PRIVATE = 0600;

  private final Files files;
  private final FolderRemoval removal;
  private final Folders folders;
  private final FolderTimes times;
  private final LayersBelow below;
  private final Attributes attributes;
  private final FileContent content;
  private final boolean keepFolders;
  private final FileStatus status;
  private final FileStatus targetStatus;

  private FileIdentity aclKnownOf = new FileIdentity(0, 0);
  private boolean handsAclOn;

  /** Makes a file. */
  @FunctionalInterface
  private interface Making {
    /** Returns false when there is something of that name. */
    boolean run();
  }

  Placement(
      Linux linux,
      FolderRemoval removal,
      Folders folders,
      FolderTimes times,
      LayersBelow below,
      Attributes attributes,
      FileContent content,
      boolean keepFolders,
      Arena arena) {
    this.files = linux.files();
    this.removal = removal;
    this.folders = folders;
    this.times = times;
    this.below = below;
    this.attributes = attributes;
    this.content = content;
    this.keepFolders = keepFolders;
    this.status = new FileStatus(arena);
    this.targetStatus = new FileStatus(arena);
  }

  /**
   * Makes the file of an entry.
   *
   * @param folder that {@link Folders#enter} has opened last
   * @param target of a hard link, otherwise as {@code name}
   * @return whether something else was removed for it
   */
  boolean place(Fd folder, Name name, TarEntry entry, EntryPath target) throws IOException {
    boolean replaced =
        switch (entry.type()) {
          case FILE -> placeFile(folder, name, entry);
          case FOLDER -> placeFolder(folder, name, entry);
          case HARD_LINK -> placeLink(folder, name, target);
          default -> placeNode(folder, name, entry);
        };
    below.placed(folders.identity(), name);
    return replaced;
  }

  /** Gives the root the attributes of its entry. */
  void placeRoot(TarEntry entry) throws IOException {
    folders.leave();
    try (Fd root = folders.open(TarEntry.NO_LINK, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY)) {
      attributes.set(root, entry);
      times.put(folders.identityOf(root), entry.mtime());
    }
  }

  private boolean placeFile(Fd folder, Name name, TarEntry entry) throws IOException {
    boolean replaced = false;
    Fd file = createOrNull(folder, name);
    if (file == null) {
      replaced = true;
      makeRoom(folder, name);
      file = files.openat(folder, name, NEW_FILE, PRIVATE);
    }
    try (Fd opened = file) {
      content.write(opened, entry);
      setAttributes(folder, opened, entry);
    }
    return replaced;
  }

  private @Nullable Fd createOrNull(Fd folder, Name name) {
    try {
      return files.openat(folder, name, NEW_FILE, PRIVATE);
    } catch (LinuxException e) {
      if (e.errno() == Errno.EEXIST) {
        return null;
      }
      throw e;
    }
  }

  private boolean placeFolder(Fd folder, Name name, TarEntry entry) throws IOException {
    boolean isNew = files.mkdirat(folder, name, 0700);
    boolean replaced = false;
    if (!isNew && !isFolder(folder, name)) {
      replaced = true;
      if (!below.replaceByFolder(folder, name)) {
        if (keepFolders) {
          throw new ArchiveException("it is a folder and would replace what is none");
        }
        removal.remove(folder, name);
        files.mkdirat(folder, name, 0700);
      }
    }
    try (Fd opened = files.openat(folder, name, FOLDER, 0)) {
      if (isNew || replaced) {
        setAttributes(folder, opened, entry);
      } else {
        attributes.set(opened, entry);
      }
      times.put(folders.identityOf(opened), entry.mtime());
    }
    return replaced;
  }

  private boolean isFolder(Fd folder, Name name) {
    return files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status) && status.isFolder();
  }

  /**
   * Makes a hard link to what the name of the target itself is, a symbolic link included: neither
   * here nor there is one followed at the end.
   */
  private boolean placeLink(Fd folder, Name name, EntryPath target) throws IOException {
    try (Fd targetFolder = openTargetFolder(target)) {
      if (!files.statx(targetFolder, target.name(), Fcntl.AT_SYMLINK_NOFOLLOW, targetStatus)) {
        throw missing(target);
      }
      if (targetStatus.isFolder() || below.isMark(targetFolder, target.name())) {
        throw new ArchiveException(
            "it is a hard link to what is no file: " + ArchiveException.quote(target.name()));
      }
      if (files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status)
          && FileIdentity.of(status).equals(FileIdentity.of(targetStatus))) {
        return false;
      }
      return make(folder, name, () -> files.linkat(targetFolder, target.name(), folder, name, 0));
    }
  }

  private Fd openTargetFolder(EntryPath target) throws ArchiveException {
    try {
      return folders.open(target.folder(), Fcntl.O_PATH | Fcntl.O_DIRECTORY);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        throw missing(target);
      }
      throw e;
    }
  }

  private static ArchiveException missing(EntryPath target) {
    return new ArchiveException(
        "it is a hard link to %s in %s, which is not there"
            .formatted(
                ArchiveException.quote(target.name()), ArchiveException.quote(target.folder())));
  }

  private boolean placeNode(Fd folder, Name name, TarEntry entry) throws IOException {
    boolean replaced =
        make(
            folder,
            name,
            () -> {
              try {
                if (entry.type() == EntryType.SYMBOLIC_LINK) {
                  files.symlinkat(entry.link(), folder, name);
                } else {
                  files.mknodat(folder, name, entry.type().mode | PRIVATE, entry.device());
                }
                return true;
              } catch (LinuxException e) {
                if (e.errno() == Errno.EEXIST) {
                  return false;
                }
                throw e;
              }
            });
    try (Fd node = files.openat(folder, name, ITSELF, 0)) {
      setAttributes(folder, node, entry);
    }
    return replaced;
  }

  private boolean make(Fd folder, Name name, Making making) throws ArchiveException {
    if (making.run()) {
      return false;
    }
    makeRoom(folder, name);
    if (!making.run()) {
      throw new ArchiveException("something else made a file of that name meanwhile");
    }
    return true;
  }

  private void makeRoom(Fd folder, Name name) throws ArchiveException {
    if (keepFolders && isFolder(folder, name)) {
      throw new ArchiveException("it would replace a folder by what is none");
    }
    removal.remove(folder, name);
  }

  private void setAttributes(Fd folder, Fd file, TarEntry entry) throws ArchiveException {
    if (!folders.identity().equals(aclKnownOf)) {
      handsAclOn = attributes.handsAclOn(folder);
      aclKnownOf = folders.identity();
    }
    if (handsAclOn && entry.type() != EntryType.SYMBOLIC_LINK) {
      attributes.removeAcl(file, entry.type());
    }
    attributes.set(file, entry);
  }
}
