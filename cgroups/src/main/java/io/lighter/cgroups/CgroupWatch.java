package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cgroup under the eyes of a {@link CgroupWatcher}: its event files, held open, and what they
 * said last, so that a change can be told from a repetition.
 *
 * <p>The figures are those of the last event that was told; they may be read by any thread.
 */
public final class CgroupWatch implements AutoCloseable {
  private static final int BUFFER_SIZE = 256;

  private final CgroupWatcher watcher;
  private final String path;
  private final Files files;
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_SIZE);
  private final TextCursor cursor = new TextCursor();
  private final FlatKeyed<EventsFile.Key> state = new FlatKeyed<>(EventsFile.Key.class);
  private final FlatKeyed<MemoryEvent> memory = new FlatKeyed<>(MemoryEvent.class);
  private final @Nullable Fd stateFile;
  private @Nullable Fd memoryFile;
  private volatile boolean populated;
  private volatile boolean frozen;
  private volatile long oom;
  private volatile long oomKill;
  private volatile long oomGroupKill;
  private final List<Long> numbers = new ArrayList<>();
  private boolean closed;

  CgroupWatch(CgroupWatcher watcher, Cgroup cgroup) {
    this.watcher = watcher;
    this.path = cgroup.path();
    this.files = cgroup.tree().linux().files();
    this.stateFile = files.openatIfExists(cgroup.fd(), EventsFile.NAME, Fcntl.O_RDONLY);
    if (stateFile == null) {
      throw new CgroupException(
          "cannot watch the cgroup " + path + ": it is the root, or has been removed");
    }
    try {
      this.memoryFile = files.openatIfExists(cgroup.fd(), "memory.events", Fcntl.O_RDONLY);
      // Read before they are watched: what changes in between makes them ready at once.
      tellState((watch, event) -> {});
      tellMemory((watch, event) -> {});
      numbers.add(watcher.add(stateFile, this::tellState));
      if (memoryFile != null) {
        numbers.add(watcher.add(memoryFile, this::tellMemory));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Returns the path of the cgroup. */
  public String path() {
    return path;
  }

  /** Returns whether there is a process, here or below. */
  public boolean populated() {
    return populated;
  }

  /** Returns whether all processes have stopped. */
  public boolean frozen() {
    return frozen;
  }

  /** Returns how often the limit of memory was reached in vain; 0 without the controller memory. */
  public long oom() {
    return oom;
  }

  /** Returns how many processes the OOM killer killed. */
  public long oomKill() {
    return oomKill;
  }

  /** Returns how often the OOM killer killed all processes together. */
  public long oomGroupKill() {
    return oomGroupKill;
  }

  /** Reads the state anew and tells what has changed; returns how many events were told. */
  private int tellState(CgroupListener listener) {
    if (!read(stateFile, state)) {
      return 0;
    }
    boolean wasPopulated = populated;
    boolean wasFrozen = frozen;
    populated = state.get(EventsFile.Key.POPULATED) == 1;
    frozen = state.get(EventsFile.Key.FROZEN) == 1;
    int told = 0;
    if (populated && !wasPopulated) {
      told += tell(listener, CgroupEvent.POPULATED);
    }
    if (frozen != wasFrozen) {
      told += tell(listener, frozen ? CgroupEvent.FROZEN : CgroupEvent.THAWED);
    }
    // The file has changed, and if nothing in it has, a process came and went since the last look:
    // whoever waits for its end must be told, too.
    if (!populated && (wasPopulated || told == 0)) {
      told += tell(listener, CgroupEvent.EMPTY);
    }
    return told;
  }

  /** Reads the counts of memory anew and tells which have grown. */
  private int tellMemory(CgroupListener listener) {
    if (memoryFile == null) {
      return 0;
    }
    if (!read(memoryFile, memory)) {
      return 0;
    }
    long hadOom = oom;
    long hadKilled = oomKill;
    long hadGroups = oomGroupKill;
    oom = Math.max(hadOom, memory.get(MemoryEvent.OOM));
    oomKill = Math.max(hadKilled, memory.get(MemoryEvent.OOM_KILL));
    oomGroupKill = Math.max(hadGroups, memory.get(MemoryEvent.OOM_GROUP_KILL));
    return (oom > hadOom ? tell(listener, CgroupEvent.OOM) : 0)
        + (oomKill > hadKilled ? tell(listener, CgroupEvent.OOM_KILL) : 0)
        + (oomGroupKill > hadGroups ? tell(listener, CgroupEvent.OOM_GROUP_KILL) : 0);
  }

  private int tell(CgroupListener listener, CgroupEvent event) {
    listener.told(this, event);
    return 1;
  }

  /**
   * Reads a file; returns false when this has been closed. A cgroup that has been removed has no
   * processes; its files would stay ready for ever, so they are let go.
   */
  private synchronized boolean read(@Nullable Fd file, FlatKeyed<?> into) {
    if (file == null || closed) {
      return false;
    }
    into.clear();
    try {
      cursor.start(buffer, files.pread(file, buffer, 0));
      into.parse(cursor);
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENODEV) {
        throw e;
      }
      close();
    }
    return true;
  }

  /**
   * Lets the watcher tell when a trigger of pressure goes off, too, until this watch is closed. The
   * trigger stays the caller's, who closes it after that.
   */
  public synchronized void add(PressureTrigger trigger) {
    numbers.add(watcher.add(trigger.fd(), listener -> tell(listener, trigger.resource().event())));
  }

  /**
   * Ends the watching. Safe from any thread; an event may still be told that was on its way.
   *
   * <p>Shut out while a file is being read, since its number may be another file's at once.
   */
  @Override
  public synchronized void close() {
    closed = true;
    numbers.forEach(watcher::forget);
    numbers.clear();
    if (stateFile != null) {
      stateFile.close();
    }
    if (memoryFile != null) {
      memoryFile.close();
    }
  }

  @Override
  public String toString() {
    return "watch of " + path;
  }
}
