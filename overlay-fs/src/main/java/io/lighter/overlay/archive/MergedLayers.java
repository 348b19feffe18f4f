package io.lighter.overlay.archive;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import io.lighter.overlay.FileIdentity;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Layers below that are in the very folder that is extracted into: hiding is removing. What the
 * archive itself has put there is remembered and stays. Not thread-safe.
 */
final class MergedLayers implements LayersBelow {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;

  private record Placed(FileIdentity folder, Name name) {}

  private final Files files;
  private final FolderRemoval removal;
  private final FolderEntries entries;
  private final FileStatus status;
  private final int maxDepth;
  private final Set<Placed> placed = new HashSet<>();

  /**
   * Begins with nothing placed.
   *
   * @param maxDepth of the archive; what lies deeper below a hidden folder cannot be its
   */
  MergedLayers(Linux linux, FolderRemoval removal, int maxDepth, Arena arena) {
    this.files = linux.files();
    this.removal = removal;
    this.entries = new FolderEntries(files, arena);
    this.status = new FileStatus(arena);
    this.maxDepth = maxDepth;
  }

  @Override
  public void hide(Fd folder, FileIdentity identity, Name name) {
    hide(folder, identity, name, 0);
  }

  private void hide(Fd folder, FileIdentity identity, Name name, int depth) {
    boolean stays = placed.contains(new Placed(identity, name));
    if (!files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status)) {
      return;
    }
    if (!status.isFolder() || depth > maxDepth) {
      if (!stays) {
        removal.remove(folder, name);
      }
      return;
    }
    // Also in a folder from below there may be something that the archive has put there.
    FileIdentity inner = FileIdentity.of(status);
    try (Fd opened = files.openat(folder, name, FOLDER, 0)) {
      hideAll(opened, inner, depth + 1);
    }
    if (!stays) {
      removeIfEmpty(folder, name);
    }
  }

  private void removeIfEmpty(Fd folder, Name name) {
    try {
      files.unlinkat(folder, name, Fcntl.AT_REMOVEDIR);
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOTEMPTY) {
        throw e;
      }
    }
  }

  @Override
  public void hideAll(Fd folder, FileIdentity identity) {
    // The folder was opened with O_PATH, which cannot be read.
    try (Fd opened = files.openat(folder, ".", FOLDER, 0)) {
      hideAll(opened, identity, 0);
    }
  }

  private void hideAll(Fd folder, FileIdentity identity, int depth) {
    List<Name> names = new ArrayList<>();
    entries.start(folder);
    while (entries.next()) {
      names.add(Name.of(entries.name().toBytes()));
    }
    for (Name name : names) {
      hide(folder, identity, name, depth);
    }
  }

  @Override
  public void placed(FileIdentity folder, Name name) {
    placed.add(new Placed(folder, name));
  }

  @Override
  public boolean replaceByFolder(Fd folder, Name name) {
    return false;
  }

  @Override
  public boolean isMark(Fd folder, Name name) {
    return false;
  }
}
