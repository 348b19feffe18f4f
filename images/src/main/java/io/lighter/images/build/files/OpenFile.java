package io.lighter.images.build.files;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Name;

/** Opens files of trees that are not trusted: first pinned, then looked at, then opened. */
final class OpenFile {
  private static final int PINNED = Fcntl.O_PATH | Fcntl.O_NOFOLLOW;
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final long BELOW =
      Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS | Fcntl.RESOLVE_NO_MAGICLINKS;

  /** A link itself may be pinned, but none on the way to it followed. */
  private static final long BELOW_TO_LINK = Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_MAGICLINKS;

  private OpenFile() {}

  /**
   * Pins a file of any type.
   *
   * @param path without links on the way
   */
  static Fd pinned(Files files, Fd root, Name path) {
    if (path.length() == 0) {
      return files.openat2(root, NamePath.forCall(path), Fcntl.O_PATH, 0, BELOW_TO_LINK);
    }
    try (Fd folder = folder(files, root, NamePath.parent(path))) {
      return files.openat(folder, NamePath.last(path), PINNED, 0);
    }
  }

  /** Opens a folder for reading. */
  static Fd folder(Files files, Fd root, Name path) {
    return files.openat2(root, NamePath.forCall(path), FOLDER, 0, BELOW);
  }

  /** Opens the very file that is pinned, which is a regular one or a folder. */
  static Fd reopen(Files files, Fd pinned, int flags) {
    return files.openat(
        Fd.WORKING_FOLDER, pinned.procPath(), flags | Fcntl.O_NONBLOCK | Fcntl.O_NOCTTY, 0);
  }
}
