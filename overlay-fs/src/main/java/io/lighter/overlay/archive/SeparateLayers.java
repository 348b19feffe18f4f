package io.lighter.overlay.archive;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.linux.Stat;
import io.lighter.overlay.FileIdentity;
import io.lighter.overlay.FolderMark;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.Whiteouts;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers below that are in folders of their own, and that overlayfs will merge with this one:
 * hiding is marking. Not thread-safe.
 *
 * <p>overlayfs looks for whiteouts in merged folders only. In others it lists them as names, and
 * then finds no file of the name. So an opaque folder, which is not merged, gets none; a whiteout
 * in a folder that no layer below has, which hides nothing, does show so.
 */
final class SeparateLayers implements LayersBelow {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;

  private static final Name SELF = Name.of(".");

  private final Files files;
  private final Whiteouts whiteouts;
  private final FolderEntries entries;
  private final FileStatus status;

  SeparateLayers(Linux linux, Arena arena) {
    this.files = linux.files();
    this.whiteouts = new Whiteouts(linux, OverlayOptions.DEFAULTS, arena);
    this.entries = new FolderEntries(files, arena);
    this.status = new FileStatus(arena);
  }

  @Override
  public void hide(Fd folder, FileIdentity identity, Name name) {
    if (!files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status)) {
      if (whiteouts.mark(folder) != FolderMark.OPAQUE) {
        whiteouts.create(folder, name);
      }
    } else if (status.isFolder()) {
      // The archive has this folder too; without a mark the one below would show through it.
      makeOpaque(folder, name);
    }
  }

  private void makeOpaque(Fd folder, Name name) {
    try (Fd opened = files.openat(folder, name, FOLDER, 0)) {
      whiteouts.makeOpaque(opened);
      removeMarks(opened);
    }
  }

  private void removeMarks(Fd folder) {
    List<Name> devices = new ArrayList<>();
    entries.start(folder);
    while (entries.next()) {
      if (entries.type() == Stat.DT_CHR) {
        devices.add(Name.of(entries.name().toBytes()));
      }
    }
    for (Name name : devices) {
      if (isMark(folder, name)) {
        files.unlinkat(folder, name, 0);
      }
    }
  }

  @Override
  public void hideAll(Fd folder, FileIdentity identity) {
    // The folder was opened with O_PATH, which cannot be read.
    makeOpaque(folder, SELF);
  }

  @Override
  public void placed(FileIdentity folder, Name name) {}

  @Override
  public boolean replaceByFolder(Fd folder, Name name) {
    if (!isMark(folder, name)) {
      return false;
    }
    files.unlinkat(folder, name, 0);
    files.mkdirat(folder, name, 0700);
    makeOpaque(folder, name);
    return true;
  }

  @Override
  public boolean isMark(Fd folder, Name name) {
    return files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status) && status.isWhiteout();
  }
}
