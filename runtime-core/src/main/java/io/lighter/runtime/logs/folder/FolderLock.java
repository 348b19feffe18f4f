package io.lighter.runtime.logs.folder;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileLocks;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to write to the folder of a log, which one process at a time has: a lock on the file
 * {@code log.lock} in it, which the kernel gives back when the process ends. The file stays; it has
 * the id of the process that had the lock last. Thread-safe.
 */
public final class FolderLock implements AutoCloseable {
  /** The name of the file. */
  public static final String FILE = "log.lock";

  private static final int MODE = 0640;

  /** Which file it is, whatever its name. */
  private record Key(long device, long inode) {}

  /**
   * Those that this process has. The kernel would give it a lock twice, and would take it back when
   * the file is only looked at by this process; both are kept apart by this set's monitor.
   */
  private static final Set<Key> OWN = new HashSet<>();

  private final Fd file;
  private final Key key;

  private FolderLock(Fd file, Key key) {
    this.file = file;
    this.key = key;
  }

  /**
   * Takes the lock of a folder.
   *
   * @throws FolderLockedException when this process or another one has it, which the message names
   */
  public static FolderLock take(Linux linux, Fd folder) {
    synchronized (OWN) {
      Key known = key(linux, folder);
      if (known != null && OWN.contains(known)) {
        throw new FolderLockedException(path(folder), "this process");
      }
      int flags = Fcntl.O_RDWR | Fcntl.O_CREAT | Fcntl.O_NOFOLLOW;
      Fd file = linux.files().openat(folder, FILE, flags, MODE);
      try {
        if (!linux.fileLocks().tryLock(file)) {
          throw new FolderLockedException(path(folder), holder(linux, file));
        }
        linux.files().ftruncate(file, 0);
        noteOwner(linux, file);
        FolderLock lock = new FolderLock(file, key(linux, file, ""));
        OWN.add(lock.key);
        return lock;
      } catch (RuntimeException e) {
        file.close();
        throw e;
      }
    }
  }

  private static void noteOwner(Linux linux, Fd file) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(US_ASCII);
      linux.files().pwrite(file, arena.allocateFrom(ValueLayout.JAVA_BYTE, pid), 0);
    } catch (LinuxException e) {
      // The disk is full. The kernel knows who has the lock.
    }
  }

  private static String holder(Linux linux, Fd file) {
    int pid = linux.fileLocks().holder(file);
    if (pid > 0) {
      return "process " + pid;
    }
    // Of another pid namespace, or gone in this moment.
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(32);
      int length = (int) linux.files().pread(file, text, 0);
      byte[] noted = text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      return "a process that calls itself " + new String(noted, US_ASCII).strip();
    }
  }

  /** Returns whether anybody has the lock: while nobody does, the log does not grow. */
  public static boolean isHeld(Linux linux, Fd folder) {
    synchronized (OWN) {
      Key key = key(linux, folder);
      if (key == null || OWN.contains(key)) {
        return key != null;
      }
      Fd file = linux.files().openatIfExists(folder, FILE, Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW);
      if (file == null) {
        return false;
      }
      try (file) {
        return linux.fileLocks().holder(file) != FileLocks.NOBODY;
      }
    }
  }

  private static @Nullable Key key(Linux linux, Fd folder) {
    return linux.files().faccessat2(folder, FILE, 0, Fcntl.AT_SYMLINK_NOFOLLOW)
        ? key(linux, folder, FILE)
        : null;
  }

  private static Key key(Linux linux, Fd at, String name) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      if (name.isEmpty()) {
        linux.files().statx(at, status);
      } else {
        linux.files().statx(at, name, Fcntl.AT_SYMLINK_NOFOLLOW, status);
      }
      return new Key(status.dev(), status.ino());
    }
  }

  private static Path path(Fd folder) {
    try {
      return Files.readSymbolicLink(Path.of(folder.procPath()));
    } catch (IOException e) {
      throw new UncheckedIOException("/proc must be mounted", e);
    }
  }

  @Override
  public void close() {
    synchronized (OWN) {
      if (OWN.remove(key)) {
        file.close();
      }
    }
  }
}
