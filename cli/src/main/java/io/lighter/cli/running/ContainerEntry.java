package io.lighter.cli.running;

import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.PrivateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entry of one running container, by which others find it: a file of its name, or of its id
 * when it has none. It is locked, and the kernel unlocks it with its owner. So a name has one
 * container, and what a killed one leaves behind is told from what runs.
 *
 * <p>The lock is one of a process: one process has one entry of a name, see {@link
 * io.lighter.linux.FileLocks#tryLock}. Not thread-safe.
 */
public final class ContainerEntry implements AutoCloseable {
  static final String FOLDER = "names";

  private static final int WRITE = Fcntl.O_WRONLY | Fcntl.O_NOFOLLOW;

  /** The environment of a container is in it. */
  private static final int MODE = 0600;

  private final Linux linux;
  private final Path stateFolder;
  private final ContainerIdentity identity;
  private @Nullable Fd file;

  /** Prepares it; there is none yet. */
  public ContainerEntry(Linux linux, Path stateFolder, ContainerIdentity identity) {
    this.linux = linux;
    this.stateFolder = stateFolder;
    this.identity = identity;
  }

  /**
   * Makes the entry, in which nothing stands yet, unless it is made.
   *
   * @throws UsageException when another container has the name
   * @throws UncheckedIOException when there can be no file of that name
   */
  public void take() {
    if (file == null) {
      Path path = path(stateFolder, identity);
      try {
        file = lock(linux, path, identity);
      } catch (LinuxException | IOException e) {
        throw notEntered(path, e);
      }
    }
  }

  private static Fd lock(Linux linux, Path path, ContainerIdentity identity) throws IOException {
    while (true) {
      Fd file = open(linux, path);
      boolean kept = false;
      try {
        boolean locked = linux.fileLocks().tryLock(file);
        if (!locked && identity.given() != null) {
          throw new UsageException(
              "the container name \"" + identity.given() + "\" is in use by a container that runs");
        }
        // Somebody may have removed the file between our opening and our locking it; one without a
        // name may even be locked by who is about to, and takes it for a killed one's.
        if (locked && Files.exists(path)) {
          // What a killed one of that name said of itself.
          linux.files().ftruncate(file, 0);
          kept = true;
          return file;
        }
      } finally {
        if (!kept) {
          file.close();
        }
      }
    }
  }

  private static Fd open(Linux linux, Path path) throws IOException {
    int flags = WRITE | Fcntl.O_CREAT;
    try {
      return linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, MODE);
    } catch (LinuxException e) {
      Path folder = path.getParent();
      if (e.errno() != Errno.ENOENT || folder == null) {
        throw e;
      }
      PrivateFolder.ensure(linux, folder);
      return linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, MODE);
    }
  }

  private static Path path(Path stateFolder, ContainerIdentity identity) {
    return stateFolder.resolve(FOLDER).resolve(identity.fileName());
  }

  private static UncheckedIOException notEntered(Path path, Exception reason) {
    return new UncheckedIOException(
        "the container cannot be entered in " + path + ": " + reason.getMessage(),
        reason instanceof IOException given ? given : new IOException(reason));
  }

  /**
   * Returns where the counters of the container's log go. The entry is made for that: as long as
   * there are counters, it says whose they are.
   *
   * @throws UncheckedIOException when there can be no entry
   */
  public Path logCounters() {
    take();
    return RunningContainer.logCounters(stateFolder, identity);
  }

  /**
   * Lets others find the container, by an entry that is made for that if need be.
   *
   * @throws UncheckedIOException when there can be none, or no room for it; they do not find it
   *     then
   */
  public void tell(RunningContainer container) {
    take();
    try {
      write(Objects.requireNonNull(file), container.toBytes());
    } catch (LinuxException e) {
      throw notEntered(path(stateFolder, identity), e);
    }
  }

  /** By our descriptor: to close another one of this file would unlock it. */
  private void write(Fd to, byte[] content) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
      for (long done = 0; done < content.length; ) {
        done += linux.files().pwrite(to, text.asSlice(done), done);
      }
    }
  }

  /**
   * Removes what killed runs without a name have left: the next of a name replaces what it finds,
   * and an id has no next. What cannot be removed is left to the next run.
   */
  public void sweep() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(stateFolder.resolve(FOLDER))) {
      for (Path other : files) {
        String name = String.valueOf(other.getFileName());
        // To close any descriptor of our own file would unlock it.
        if (ContainerIdentity.isId(name) && !name.equals(identity.fileName())) {
          removeUnlessOwned(other, RunningContainer.logCounters(stateFolder, name));
        }
      }
    } catch (LinuxException | IOException e) {
      // As said.
    }
  }

  private void removeUnlessOwned(Path entry, Path counters) throws IOException {
    try (Fd left = linux.files().openatIfExists(Fd.WORKING_FOLDER, entry.toString(), WRITE)) {
      // Whoever makes an entry looks whether it is still there once it has the lock.
      if (left != null && linux.fileLocks().tryLock(left)) {
        Files.deleteIfExists(counters);
        // Last: as long as it is there, somebody comes for the counters.
        Files.deleteIfExists(entry);
      }
    }
  }

  @Override
  public void close() {
    Fd taken = file;
    if (taken == null) {
      return;
    }
    Path path = path(stateFolder, identity);
    try (taken) {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // One without a name is swept by a later run, and is nothing to lose an exit code for.
      if (identity.given() != null) {
        throw new UncheckedIOException("the entry " + path + " cannot be removed: " + e, e);
      }
    }
  }
}
