package io.lighter.runtime.logs.folder;

import io.lighter.linux.Fd;
import io.lighter.linux.Inotify;
import io.lighter.linux.InotifyEvents;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one inotify of this process for the folders of logs, and its thread, which are there while
 * somebody follows. Thread-safe.
 */
final class FolderEvents {
  static final FolderEvents SHARED = new FolderEvents();

  private static final int CHANGES =
      Inotify.IN_MODIFY
          | Inotify.IN_CREATE
          | Inotify.IN_MOVED_TO
          | Inotify.IN_CLOSE_WRITE
          | Inotify.IN_ONLYDIR;

  private @Nullable Queue queue;

  private FolderEvents() {}

  /** Wakes somebody at each change; returns false when the kernel has no watch left. */
  synchronized boolean add(Linux linux, Fd folder, WakeUp woken) {
    try {
      Queue to = queue;
      if (to == null) {
        to = new Queue(linux, linux.inotify().create(0));
        queue = to;
        to.start();
      }
      int watch = linux.inotify().addWatch(to.inotify, folder, CHANGES);
      to.byWatch.computeIfAbsent(watch, _ -> new HashSet<>()).add(woken);
      return true;
    } catch (LinuxException e) {
      return false;
    }
  }

  /** Wakes somebody no longer. */
  synchronized void remove(WakeUp woken) {
    Queue from = queue;
    if (from == null) {
      return;
    }
    for (Map.Entry<Integer, Set<WakeUp>> watch : from.byWatch.entrySet()) {
      if (watch.getValue().remove(woken) && watch.getValue().isEmpty()) {
        from.byWatch.remove(watch.getKey());
        // Its last event, IN_IGNORED, lets the thread see that.
        from.linux.inotify().removeWatch(from.inotify, watch.getKey());
        return;
      }
    }
  }

  /** An inotify and who is woken by which of its watches. */
  private final class Queue {
    private final Linux linux;
    private final Fd inotify;
    private final Map<Integer, Set<WakeUp>> byWatch = new HashMap<>();

    Queue(Linux linux, Fd inotify) {
      this.linux = linux;
      this.inotify = inotify;
    }

    void start() {
      Thread.ofPlatform().name("log-folders").daemon().start(this::run);
    }

    private void run() {
      try (inotify;
          Arena arena = Arena.ofConfined()) {
        InotifyEvents events = new InotifyEvents(arena);
        do {
          linux.inotify().read(inotify, events);
        } while (goesOn(events));
      }
    }

    /** Wakes those concerned; returns false when nobody is left. */
    private boolean goesOn(InotifyEvents events) {
      synchronized (FolderEvents.this) {
        while (events.next()) {
          Set<WakeUp> woken = byWatch.get(events.watch());
          if ((events.mask() & Inotify.IN_Q_OVERFLOW) != 0) {
            byWatch.values().forEach(all -> all.forEach(WakeUp::signal));
          } else if (woken != null) {
            woken.forEach(WakeUp::signal);
          }
          if ((events.mask() & Inotify.IN_IGNORED) != 0) {
            byWatch.remove(events.watch());
          }
        }
        if (byWatch.isEmpty()) {
          queue = null;
        }
        return !byWatch.isEmpty();
      }
    }
  }
}
