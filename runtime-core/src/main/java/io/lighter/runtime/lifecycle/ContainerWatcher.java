package io.lighter.runtime.lifecycle;

import io.lighter.cgroups.CgroupEvent;
import io.lighter.cgroups.CgroupWatch;
import io.lighter.cgroups.CgroupWatcher;
import io.lighter.linux.Epoll;
import io.lighter.linux.EpollEvents;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.runtime.lifecycle.ContainerEvent.Kind;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what happens to any number of containers: one epoll over their pidfds and the event
 * files of their cgroups, at most three descriptors a container, and no thread.
 *
 * <p>Somebody calls {@link #poll}, and may first wait for {@link #fd} beside descriptors of its
 * own. Containers may be added and closed from any thread; one thread at a time polls.
 */
public final class ContainerWatcher implements AutoCloseable {
  /** What is ready beyond that comes with the next call. */
  private static final int EVENTS = 64;

  /** The number under which the cgroups are watched; processes have those above. */
  private static final long CGROUPS = 0;

  private final Linux linux;
  private final Epoll epoll;
  private final Fd set;
  private final CgroupWatcher cgroups;
  private final EpollEvents events = new EpollEvents(Arena.ofAuto(), EVENTS);
  private final Map<Long, Watch> processes = new ConcurrentHashMap<>();
  private final Map<CgroupWatch, String> ids = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong(CGROUPS + 1);

  ContainerWatcher(Linux linux) {
    this.linux = linux;
    this.epoll = linux.epoll();
    this.set = epoll.create();
    this.cgroups = new CgroupWatcher(linux);
    epoll.add(set, cgroups.fd(), Epoll.EPOLLIN, CGROUPS);
  }

  /** The watching of one container; closing it ends that. */
  public final class Watch implements AutoCloseable {
    private final String id;
    private final PidFd process;
    private final @Nullable CgroupWatch cgroup;
    private final long data = number.getAndIncrement();
    private boolean told;

    private Watch(String id, PidFd process, @Nullable CgroupWatch cgroup) {
      this.id = id;
      this.process = process;
      this.cgroup = cgroup;
    }

    /** Returns the id of the container. */
    public String id() {
      return id;
    }

    /** Returns how often the limit of memory was reached in vain, as of the last event. */
    public long oom() {
      return cgroup == null ? 0 : cgroup.oom();
    }

    private synchronized boolean end() {
      boolean first = !told && process.isOpen();
      if (first) {
        told = true;
        epoll.remove(set, process);
      }
      return first;
    }

    @Override
    public synchronized void close() {
      processes.remove(data);
      if (cgroup != null) {
        ids.remove(cgroup);
        cgroup.close();
      }
      process.close(); // and no longer watched, since there is no duplicate of it
    }
  }

  /** Takes over the process and the watch of its cgroup, which may be null when that is gone. */
  Watch add(String id, PidFd process, @Nullable CgroupWatch cgroup) {
    Watch watch = new Watch(id, process, cgroup);
    if (cgroup != null) {
      ids.put(cgroup, id);
    }
    processes.put(watch.data, watch);
    try {
      epoll.add(set, process, Epoll.EPOLLIN, watch.data);
    } catch (RuntimeException e) {
      watch.close();
      throw e;
    }
    return watch;
  }

  CgroupWatcher cgroups() {
    return cgroups;
  }

  /** Returns the descriptor that is readable when {@link #poll} has something to tell. */
  public Fd fd() {
    return set;
  }

  /**
   * Waits for events and tells them.
   *
   * @param within how long to wait when there is none yet, zero for not at all; at most 24 days
   * @return how many events were told; 0 when there was none in that time, or a signal came
   */
  public int poll(Duration within, ContainerListener listener) {
    int millis = (int) Math.min(Integer.MAX_VALUE, within.toMillis());
    int ready = epoll.await(set, events, millis);
    int told = 0;
    for (int i = 0; i < ready; i++) {
      if (events.data(i) == CGROUPS) {
        told += cgroups.poll(Duration.ZERO, (watch, event) -> tell(watch, event, listener));
        continue;
      }
      Watch watch = processes.get(events.data(i));
      // Closed since the kernel saw it ready: there is nothing to tell any more.
      if (watch != null && watch.end()) {
        listener.told(
            new ContainerEvent(watch.id, Kind.EXITED, linux.exitReports().of(watch.process)));
        told++;
      }
    }
    return told;
  }

  private void tell(CgroupWatch watch, CgroupEvent event, ContainerListener listener) {
    String id = ids.get(watch);
    Kind kind = kind(event);
    if (id != null && kind != null) {
      listener.told(new ContainerEvent(id, kind, null));
    }
  }

  private static @Nullable Kind kind(CgroupEvent event) {
    return switch (event) {
      case EMPTY -> Kind.EMPTY;
      case FROZEN -> Kind.PAUSED;
      case THAWED -> Kind.RESUMED;
      case OOM -> Kind.OOM;
      case OOM_KILL -> Kind.OOM_KILL;
      case OOM_GROUP_KILL -> Kind.OOM_GROUP_KILL;
      case POPULATED, CPU_PRESSURE, MEMORY_PRESSURE, IO_PRESSURE -> null;
    };
  }

  /** Ends the watching of everything. */
  @Override
  public void close() {
    processes.values().forEach(Watch::close);
    cgroups.close();
    set.close();
  }
}
