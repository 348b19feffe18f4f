package io.lighter.overlay.archive;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.overlay.FileIdentity;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.Whiteouts;
import java.lang.foreign.Arena;

/**
 * Layers below that are in folders of their own, and that overlayfs will merge with this one:
 * hiding is marking. Not thread-safe.
 */
final class SeparateLayers implements LayersBelow {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;

  private final Files files;
  private final Whiteouts whiteouts;
  private final FileStatus status;

  SeparateLayers(Linux linux, Arena arena) {
    this.files = linux.files();
    this.whiteouts = new Whiteouts(linux, OverlayOptions.DEFAULTS, arena);
    this.status = new FileStatus(arena);
  }

  @Override
  public void hide(Fd folder, FileIdentity identity, Name name) {
    if (!files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status)) {
      whiteouts.create(folder, name);
    } else if (status.isFolder()) {
      // The archive has this folder too; without a mark the one below would show through it.
      makeOpaque(folder, name);
    }
  }

  private void makeOpaque(Fd folder, Name name) {
    try (Fd opened = files.openat(folder, name, FOLDER, 0)) {
      whiteouts.makeOpaque(opened);
    }
  }

  @Override
  public void hideAll(Fd folder, FileIdentity identity) {
    whiteouts.makeOpaque(folder);
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
