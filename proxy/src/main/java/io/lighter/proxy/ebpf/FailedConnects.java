package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.lighter.linux.BpfRing;
import io.lighter.linux.Epoll;
import io.lighter.linux.EpollEvents;
import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.VerifierException;
import io.lighter.proxy.thread.ThreadEnd;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears from the kernel of endpoints to which too many connects in a row have failed. It is there
 * from the first service on that wants to know. Safe for use by many threads.
 */
final class FailedConnects implements AutoCloseable {
  /** Gets to know it, by a thread of this. */
  interface Listener {
    /**
     * An endpoint has as many failures as its limit is, or more.
     *
     * @param service the number of its service
     * @param endpoint its index
     */
    void failing(int service, int endpoint);

    /**
     * Time has passed.
     *
     * @return in how many milliseconds it wants to be called again, if nothing happens before; -1
     *     for never
     */
    int look();
  }

  private static final System.Logger LOG = System.getLogger(FailedConnects.class.getName());

  /** After an error. */
  private static final int LATER_MILLIS = 1_000;

  private final Linux linux;
  private final Listener listener;
  private @Nullable Thread thread;
  private @Nullable Fd stop;
  private @Nullable String obstacle;
  private boolean closed;

  FailedConnects(Linux linux, Listener listener) {
    this.linux = linux;
    this.listener = listener;
  }

  /**
   * Begins to hear, if it has not.
   *
   * @param tables open until this is closed
   * @param installation gets the program that tells
   */
  synchronized void start(Tables tables, Installation installation) {
    if (thread != null || obstacle != null || closed) {
      return;
    }
    List<AutoCloseable> opened = new ArrayList<>();
    boolean done = false;
    try {
      installation.installOutcome(tables.maps());
      BpfRing ring = linux.bpfMaps().ring(tables.map(Layout.FAILING));
      opened.add(ring);
      Fd stopping = linux.eventFds().create(0, EventFds.EFD_NONBLOCK);
      opened.add(stopping);
      Fd epoll = linux.epoll().create();
      opened.add(epoll);
      linux.epoll().add(epoll, stopping, Epoll.EPOLLIN, 0);
      linux.epoll().add(epoll, tables.map(Layout.FAILING), Epoll.EPOLLIN, 0);
      Thread started =
          Thread.ofPlatform()
              .daemon()
              .name("lighter-ejection")
              .unstarted(() -> run(ring, stopping, epoll));
      started.start();
      stop = stopping;
      thread = started;
      done = true;
    } catch (LinuxException | VerifierException e) {
      obstacle = "this kernel does not let us: " + e.getMessage();
    } finally {
      if (!done) {
        opened.forEach(FailedConnects::closeQuietly);
        installation.removeOutcome();
      }
    }
  }

  private static void closeQuietly(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new AssertionError("closing what was just opened does not fail", e);
    }
  }

  /** Returns whether it hears. */
  synchronized boolean isOn() {
    return thread != null;
  }

  /** Returns why it does not though it was started; null when it does. */
  synchronized @Nullable String obstacle() {
    return obstacle;
  }

  /** All that it is given is its own, and closed when it ends. */
  private void run(BpfRing ring, Fd stopping, Fd epoll) {
    try (ring;
        stopping;
        epoll;
        Arena arena = Arena.ofConfined()) {
      EpollEvents events = new EpollEvents(arena, 2);
      int wait = 0;
      while (linux.eventFds().take(stopping) == 0) {
        linux.epoll().await(epoll, events, wait);
        try {
          ring.read(this::hear);
          wait = listener.look();
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "endpoints that refuse connections go on getting them", e);
          wait = LATER_MILLIS;
        }
      }
    }
  }

  private void hear(MemorySegment failing) {
    listener.failing(
        failing.get(JAVA_INT, Layout.FAILING_SERVICE),
        failing.get(JAVA_INT, Layout.FAILING_ENDPOINT));
  }

  /** Ends its thread. The caller must hold no lock that the listener takes. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      running = thread;
      if (!closed && running != null && stop != null) {
        linux.eventFds().add(stop, 1);
      }
      closed = true;
    }
    if (running != null) {
      ThreadEnd.await(running);
    }
  }
}
