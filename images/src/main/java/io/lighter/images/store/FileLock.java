package io.lighter.images.store;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a file, between threads as between processes; the kernel gives it back when its holder
 * ends, however that may be.
 */
final class FileLock implements AutoCloseable {
  private final Fd file;

  private FileLock(Fd file) {
    this.file = file;
  }

  /** Waits for a lock that many may have at once. */
  static FileLock shared(Linux linux, Path path) {
    return new FileLock(lock(linux, path, Fcntl.LOCK_SH));
  }

  /**
   * Waits for a lock that nobody else has. The file that is locked is the one that is at the path:
   * who has the lock may remove the file or rename it.
   */
  static FileLock alone(Linux linux, Path path) {
    while (true) {
      Fd file = lock(linux, path, Fcntl.LOCK_EX);
      if (isAt(linux, file, path)) {
        return new FileLock(file);
      }
      file.close();
    }
  }

  /** Takes a lock that nobody else has, or returns null when somebody has one. */
  static @Nullable FileLock tryAlone(Linux linux, Path path) {
    Fd file = open(linux, path);
    if (linux.fileLocks().flock(file, Fcntl.LOCK_EX | Fcntl.LOCK_NB) && isAt(linux, file, path)) {
      return new FileLock(file);
    }
    file.close();
    return null;
  }

  private static Fd lock(Linux linux, Path path, int operation) {
    Fd file = open(linux, path);
    try {
      linux.fileLocks().flock(file, operation);
      return file;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static Fd open(Linux linux, Path path) {
    int flags = Fcntl.O_RDWR | Fcntl.O_CREAT | Fcntl.O_NOFOLLOW;
    return linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, 0600);
  }

  private static boolean isAt(Linux linux, Fd file, Path path) {
    try (Arena arena = Arena.ofConfined();
        Fd there =
            linux
                .files()
                .openatIfExists(
                    Fd.WORKING_FOLDER, path.toString(), Fcntl.O_PATH | Fcntl.O_NOFOLLOW)) {
      if (there == null) {
        return false;
      }
      FileStatus locked = new FileStatus(arena);
      FileStatus found = new FileStatus(arena);
      linux.files().statx(file, locked);
      linux.files().statx(there, found);
      return locked.ino() == found.ino();
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
