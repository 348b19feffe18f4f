package io.lighter.images.build;

import io.lighter.images.build.files.RealPath;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes parts of a folder of ours away, whose content is not trusted. */
final class Folders {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final long BELOW =
      Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS | Fcntl.RESOLVE_NO_MAGICLINKS;
  private static final String KEPT = ".lighter-kept";

  private final Linux linux = Linux.kernel();
  private final Path folder;

  Folders(Path folder) {
    this.folder = folder;
  }

  private Fd open() {
    return linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), FOLDER, 0);
  }

  void delete(String name) {
    try (Arena arena = Arena.ofConfined();
        Fd opened = open()) {
      new FolderRemoval(linux, arena).remove(opened, name);
    }
  }

  /** Takes all of a name away, in every folder. */
  void deleteAll(String name) {
    try (Fd opened = open()) {
      deleteAll(opened, name);
    }
  }

  private void deleteAll(Fd folder, String name) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      for (String entry : names(folder, arena)) {
        if (entry.equals(name)) {
          new FolderRemoval(linux, arena).remove(folder, entry);
        } else if (linux.files().statx(folder, entry, Fcntl.AT_SYMLINK_NOFOLLOW, status)
            && status.isFolder()) {
          try (Fd below = linux.files().openat(folder, entry, FOLDER, 0)) {
            deleteAll(below, name);
          }
        }
      }
    }
  }

  /**
   * Puts what is in a folder below in the place of all.
   *
   * @throws BuildException when it is not there
   */
  void keepOnly(String path) {
    Files files = linux.files();
    try (Arena arena = Arena.ofConfined();
        Fd top = open()) {
      RealPath real = RealPath.of(files, top, path, true);
      if (!real.isFolder()) {
        throw new BuildException("the repository has no folder " + path);
      }
      String found = real.path().toString();
      if (found.isEmpty()) {
        return;
      }
      int slash = found.lastIndexOf('/');
      String parent = slash < 0 ? "." : found.substring(0, slash);
      try (Fd above = files.openat2(top, parent, FOLDER, 0, BELOW)) {
        files.renameat2(above, found.substring(slash + 1), top, KEPT, 0);
      }
      FolderRemoval removal = new FolderRemoval(linux, arena);
      for (String name : names(top, arena)) {
        if (!name.equals(KEPT)) {
          removal.remove(top, name);
        }
      }
      try (Fd kept = files.openat2(top, KEPT, FOLDER, 0, BELOW)) {
        for (String name : names(kept, arena)) {
          files.renameat2(kept, name, top, name, 0);
        }
      }
      removal.remove(top, KEPT);
    }
  }

  private List<String> names(Fd opened, Arena arena) {
    List<String> names = new ArrayList<>();
    FolderEntries entries = new FolderEntries(linux.files(), arena);
    linux.files().lseek(opened, 0, Stat.SEEK_SET);
    entries.start(opened);
    while (entries.next()) {
      names.add(entries.name().toString());
    }
    return names;
  }
}
