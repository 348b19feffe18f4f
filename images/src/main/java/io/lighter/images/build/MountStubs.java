package io.lighter.images.build;

import io.lighter.images.build.files.RealPath;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import io.lighter.overlay.FolderMark;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.Whiteouts;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folders and files that were made for mounts to be mounted on. They are no part of what a
 * command did, and are taken away again where it left them empty.
 */
final class MountStubs {
  private static final int FOLDER = Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final long BELOW =
      Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS | Fcntl.RESOLVE_NO_MAGICLINKS;

  /** A folder that was there, and as what. */
  private record Entered(String path, int permissions, long uid, long gid) {}

  private final Linux linux;
  private final Files files;
  private final List<String> made = new ArrayList<>();
  private final List<Entered> entered = new ArrayList<>();

  /**
   * Notes what is not there before a command runs.
   *
   * @param root what it will find
   * @param targets of all its mounts
   */
  MountStubs(Linux linux, Fd root, List<String> targets) {
    this.linux = linux;
    this.files = linux.files();
    for (String target : targets) {
      RealPath real = RealPath.of(files, root, target, true);
      String path = real.path().toString();
      for (int i = 0; i < real.missing(); i++) {
        made.add(path);
        path = parent(path);
      }
      // What a name was made in was copied up, and is not different for that.
      for (; real.missing() > 0 && !path.isEmpty(); path = parent(path)) {
        enter(root, path);
      }
    }
    made.sort(Comparator.comparingInt(String::length).reversed());
    entered.sort(Comparator.comparingInt((Entered e) -> e.path().length()).reversed());
  }

  private void enter(Fd root, String path) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      if (files.statx(root, path, Fcntl.AT_SYMLINK_NOFOLLOW, status)) {
        entered.add(new Entered(path, status.permissions(), status.uid(), status.gid()));
      }
    }
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /**
   * Takes them away.
   *
   * @param upper what the command wrote, mounted no more
   */
  void remove(Fd upper) {
    for (String path : made) {
      removeIfEmpty(upper, path, null);
    }
    for (Entered folder : entered) {
      removeIfEmpty(upper, folder.path(), folder);
    }
  }

  private void removeIfEmpty(Fd upper, String path, @Nullable Entered before) {
    String parent = parent(path);
    Name name = Name.of(path.substring(path.lastIndexOf('/') + 1));
    try (Arena arena = Arena.ofConfined();
        Fd folder = files.openat2(upper, parent.isEmpty() ? "." : parent, FOLDER, 0, BELOW)) {
      FileStatus status = new FileStatus(arena);
      if (!files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status)) {
        return;
      }
      if (status.isFolder()) {
        Whiteouts whiteouts = new Whiteouts(linux, OverlayOptions.DEFAULTS, arena);
        if (before == null
            || (isAsBefore(status, before) && whiteouts.mark(folder, name) != FolderMark.OPAQUE)) {
          files.rmdir(folder, name);
        }
      } else if (before == null && status.isRegularFile() && status.size() == 0) {
        files.unlinkat(folder, name, 0);
      }
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR && e.errno() != Errno.ELOOP) {
        throw e;
      }
    }
  }

  private static boolean isAsBefore(FileStatus status, Entered before) {
    return status.permissions() == before.permissions()
        && status.uid() == before.uid()
        && status.gid() == before.gid();
  }
}
