package io.lighter.cgroups;

import io.lighter.linux.Epoll;
import io.lighter.linux.EpollEvents;
import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Waits for events of any number of cgroups with one epoll and two descriptors a cgroup.
 *
 * <p>It has no thread unless {@link #start} makes one: somebody calls {@link #poll}, and may first
 * wait for {@link #fd} beside descriptors of its own. Cgroups may be added and closed from any
 * thread; one thread at a time polls.
 *
 * <p>Counts of memory that change in quick succession are told together: the kernel reports a file
 * at most every 10 ms.
 */
public final class CgroupWatcher implements AutoCloseable {
  /** Tells what one descriptor has to tell; returns how many events that were. */
  @FunctionalInterface
  interface Source {
    int tell(CgroupListener listener);
  }

  private record Watched(Fd fd, Source source) {}

  /** What is ready beyond that comes with the next call. */
  private static final int EVENTS = 64;

  /** Number of the descriptor that ends the thread. */
  private static final long WAKE_UP = 0;

  private static final int FOREVER = -1;

  private final Epoll epoll;
  private final EventFds counters;
  private final Fd set;
  private final EpollEvents events = new EpollEvents(Arena.ofAuto(), EVENTS);
  private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong(WAKE_UP + 1);
  private @Nullable Thread thread;
  private @Nullable Fd wakeUp;

  /** Makes a watcher of nothing. */
  public CgroupWatcher(Linux linux) {
    this.epoll = linux.epoll();
    this.counters = linux.eventFds();
    this.set = epoll.create();
  }

  /** Returns the descriptor that is readable when {@link #poll} has something to tell. */
  public Fd fd() {
    return set;
  }

  /**
   * Begins to watch a cgroup. What is so already is not told: look at {@link
   * CgroupWatch#populated()} afterwards, or begin before the first process is born.
   *
   * @param cgroup may be closed afterwards
   */
  public CgroupWatch watch(Cgroup cgroup) {
    return new CgroupWatch(this, cgroup);
  }

  /** Watches a descriptor; returns the number by which it is forgotten. */
  long add(Fd fd, Source source) {
    long data = number.getAndIncrement();
    watched.put(data, new Watched(fd, source));
    try {
      epoll.add(set, fd, Epoll.EPOLLPRI, data);
    } catch (RuntimeException e) {
      watched.remove(data);
      throw e;
    }
    return data;
  }

  /** Watches a descriptor no longer, which may be closed already. */
  void forget(long data) {
    Watched source = watched.remove(data);
    if (source != null && source.fd().isOpen() && set.isOpen()) {
      epoll.remove(set, source.fd());
    }
  }

  /**
   * Waits for events and tells them.
   *
   * @param within how long to wait when there is none yet, zero for not at all
   * @return how many events were told; 0 when there was none in that time, or a signal came
   */
  public int poll(Duration within, CgroupListener listener) {
    return poll(Deadline.in(within).millisLeft(), listener);
  }

  private int poll(int millis, CgroupListener listener) {
    int ready = epoll.await(set, events, millis);
    int told = 0;
    for (int i = 0; i < ready; i++) {
      Watched source = watched.get(events.data(i));
      // Closed since the kernel saw it ready: there is nothing to tell any more.
      if (source != null) {
        told += source.source().tell(listener);
      }
    }
    return told;
  }

  /**
   * Makes a daemon thread that polls until the watcher is closed. An exception of the listener ends
   * it, by way of the thread's handler of uncaught exceptions.
   */
  public synchronized Thread start(String name, CgroupListener listener) {
    if (thread != null) {
      throw new IllegalStateException("the watcher has a thread already: " + thread.getName());
    }
    Fd end = counters.create(0, 0);
    epoll.add(set, end, Epoll.EPOLLIN, WAKE_UP);
    wakeUp = end;
    thread = Thread.ofPlatform().daemon().name(name).start(() -> run(listener));
    return thread;
  }

  private void run(CgroupListener listener) {
    while (!Thread.currentThread().isInterrupted()) {
      poll(FOREVER, listener);
    }
  }

  /** Ends the thread, if there is one, and the watching of everything. */
  @Override
  public synchronized void close() {
    if (thread != null && wakeUp != null) {
      thread.interrupt();
      counters.add(wakeUp, 1);
      joinUninterruptibly(thread);
      wakeUp.close();
      thread = null;
    }
    set.close();
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
