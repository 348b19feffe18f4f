package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Digest;
import io.lighter.images.dockerfile.RunMount;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.Stat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders of {@code RUN --mount=type=cache}, which outlive builds: {@code
 * ROOT/build-caches/KEY/N}. The lock of a folder is on the folder itself. Thread-safe.
 */
final class CacheFolders {
  private static final String FOLDER_NAME = "build-caches";
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;

  /** As many at once as use one private cache, before they wait for each other. */
  private static final int MOST = 1000;

  private final Linux linux;
  private final Path root;

  CacheFolders(ImageStore store) {
    this.linux = store.linux();
    this.root = store.root().resolve(FOLDER_NAME);
  }

  /** A folder while a command uses it. */
  record Use(String path, Fd lock) implements AutoCloseable {
    @Override
    public void close() {
      lock.close();
    }
  }

  /**
   * Takes the folder of a cache; waits for it if it is locked.
   *
   * @param content what a new one begins with, null for nothing
   */
  Use use(RunMount.Cache cache, @Nullable MountedFiles content) throws IOException {
    String key = Digest.of(cache.id().getBytes(UTF_8)).hex();
    Path parent = root.resolve(key);
    try (Fd folder = ensure(parent)) {
      int i = 0;
      while (i < MOST) {
        String name = Integer.toString(i);
        Fd opened = open(folder, name, cache.access(), content);
        boolean last = cache.sharing() != RunMount.Sharing.PRIVATE || i == MOST - 1;
        int operation =
            (cache.sharing() == RunMount.Sharing.SHARED ? Fcntl.LOCK_SH : Fcntl.LOCK_EX)
                | (last ? 0 : Fcntl.LOCK_NB);
        if (linux.fileLocks().flock(opened, operation) && isThere(folder, name, opened)) {
          return new Use(parent.resolve(name).toString(), opened);
        }
        opened.close();
        // Who waited for a lock in vain got that of a folder that was removed meanwhile: once more.
        i += last ? 0 : 1;
      }
    }
    throw new BuildException("more than " + MOST + " commands use the cache " + cache.id());
  }

  /** Whether nobody has removed the folder between its opening and its locking. */
  private boolean isThere(Fd folder, String name, Fd opened) {
    try (Arena arena = Arena.ofConfined();
        Fd there = linux.files().openatIfExists(folder, name, FOLDER)) {
      if (there == null) {
        return false;
      }
      FileStatus locked = new FileStatus(arena);
      FileStatus found = new FileStatus(arena);
      linux.files().statx(opened, locked);
      linux.files().statx(there, found);
      return locked.ino() == found.ino();
    }
  }

  /** Removes the folders that no command uses. */
  void removeUnused() throws IOException {
    if (!java.nio.file.Files.isDirectory(root)) {
      return;
    }
    for (Path key : entries(root)) {
      try (Fd folder = linux.files().openat(Fd.WORKING_FOLDER, key.toString(), FOLDER, 0)) {
        for (Path entry : entries(key)) {
          removeIfUnused(folder, String.valueOf(entry.getFileName()));
        }
      }
    }
  }

  private void removeIfUnused(Fd folder, String name) {
    try (Fd opened = linux.files().openatIfExists(folder, name, FOLDER)) {
      if (opened != null && linux.fileLocks().flock(opened, Fcntl.LOCK_EX | Fcntl.LOCK_NB)) {
        remove(folder, name);
      }
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = java.nio.file.Files.list(folder)) {
      return entries.toList();
    }
  }

  private Fd ensure(Path parent) {
    Files files = linux.files();
    files.mkdirat(Fd.WORKING_FOLDER, root.toString(), 0700);
    files.mkdirat(Fd.WORKING_FOLDER, parent.toString(), 0700);
    return files.openat(Fd.WORKING_FOLDER, parent.toString(), FOLDER, 0);
  }

  private Fd open(Fd folder, String name, RunMount.Access access, @Nullable MountedFiles content)
      throws IOException {
    Fd there = linux.files().openatIfExists(folder, name, FOLDER);
    if (there != null) {
      return there;
    }
    String fresh = "new-" + ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId();
    remove(folder, fresh);
    linux.files().mkdirat(folder, fresh, 0700);
    try (Fd made = linux.files().openat(folder, fresh, FOLDER, 0)) {
      if (content != null) {
        content.copyInto(made);
      }
      linux.files().fchown(made, access.uid(), access.gid());
      linux.files().fchmod(made, access.mode());
    }
    // Whole or not there; somebody else's may have been first.
    if (!linux.files().renameat2(folder, fresh, folder, name, Stat.RENAME_NOREPLACE)) {
      remove(folder, fresh);
    }
    return linux.files().openat(folder, name, FOLDER, 0);
  }

  private void remove(Fd folder, String name) {
    try (Arena arena = Arena.ofConfined()) {
      new FolderRemoval(linux, arena).remove(folder, name);
    }
  }
}
