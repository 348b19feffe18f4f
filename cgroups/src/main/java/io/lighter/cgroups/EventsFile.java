package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Polling;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@code cgroup.events}, held open: whether a cgroup has processes and whether it is frozen, and
 * sleeping until that changes. The kernel wakes a poll on the file when it has changed since it was
 * last read. A cgroup that has been removed reads as empty and not frozen. Not thread-safe.
 */
final class EventsFile implements AutoCloseable {
  /** Keys of the file. */
  enum Key {
    POPULATED,
    FROZEN
  }

  static final String NAME = "cgroup.events";

  private static final int SIZE = 128;

  private final Cgroup cgroup;
  private final @Nullable Fd fd;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(SIZE);
  private final TextCursor cursor = new TextCursor();
  private final FlatKeyed<Key> values = new FlatKeyed<>(Key.class);

  EventsFile(Cgroup cgroup) {
    if (cgroup.path().length() == 1) {
      throw new CgroupException(
          "the root cgroup holds the whole system: it cannot be frozen, waited for or removed");
    }
    this.cgroup = cgroup;
    this.fd = cgroup.tree().linux().files().openatIfExists(cgroup.fd(), NAME, Fcntl.O_RDONLY);
  }

  /** Reads the file anew. */
  EventsFile read() {
    values.clear();
    if (fd != null) {
      try {
        cursor.start(buffer, cgroup.tree().linux().files().pread(fd, buffer, 0));
        values.parse(cursor);
      } catch (LinuxException e) {
        if (e.errno() != Errno.ENODEV) {
          throw e;
        }
      }
    }
    return this;
  }

  /** Returns whether there was a process at the last reading. */
  boolean populated() {
    return values.get(Key.POPULATED) == 1;
  }

  /** Returns whether all processes had stopped at the last reading. */
  boolean frozen() {
    return values.get(Key.FROZEN) == 1;
  }

  /** Sleeps until no process is there; returns false when one still is at the deadline. */
  boolean awaitEmpty(Deadline deadline) {
    while (read().populated()) {
      if (!sleep(deadline)) {
        return false;
      }
    }
    return true;
  }

  /** Sleeps until all processes have stopped; returns false when one has not at the deadline. */
  boolean awaitFrozen(Deadline deadline) {
    while (!read().frozen()) {
      if (!sleep(deadline)) {
        return false;
      }
    }
    return true;
  }

  private boolean sleep(Deadline deadline) {
    int millis = deadline.millisLeft();
    if (millis == 0 || fd == null) {
      return false;
    }
    new Polling(cgroup.tree().linux()).poll(fd, Polling.POLLPRI, millis);
    return true;
  }

  @Override
  public void close() {
    arena.close();
    if (fd != null) {
      fd.close();
    }
  }
}
