package io.lighter.runtime.logs;

import io.lighter.linux.Epoll;
import io.lighter.linux.EpollEvents;
import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * The one thread that waits for all containers: it learns from an epoll who has written something
 * and puts them into the rings of the lanes. It touches no byte of theirs and waits for no sink.
 *
 * <p>The epoll is edge-triggered, so that a line that has only begun may stay in its pipe without
 * waking anybody again and again; since Linux 5.14 each write into a pipe then is an event.
 */
final class Intake {
  private static final int EVENTS = 256;
  private static final long COMMANDS = 0;
  private static final int EDGES = Epoll.EPOLLIN | Epoll.EPOLLET;

  private record Watched(ContainerLog log, StreamSource source) {}

  private record Later(ContainerLog log, long when) {}

  private final Epoll epoll;
  private final EventFds eventFds;
  private final Fd set;
  private final Fd bell;
  private final Arena arena = Arena.ofShared();
  private final EpollEvents events = new EpollEvents(arena, EVENTS);
  private final LogPipelineConfig config;
  private final Lane[] lanes;
  private final Thread thread;
  private final Queue<Runnable> commands = new ManyToOneConcurrentLinkedQueue<>();

  // All of this is the thread's.
  private final Long2ObjectHashMap<Watched> watched = new Long2ObjectHashMap<>();
  private final ArrayDeque<ContainerLog> waiting = new ArrayDeque<>();
  private final ArrayDeque<Later> later = new ArrayDeque<>();
  private final LeftoverWatch leftovers = new LeftoverWatch();
  private final Consumer<Leftover> grown = this::grown;
  private long number = COMMANDS + 1;
  private int nextLane;
  private boolean stopping;

  Intake(Linux linux, LogPipelineConfig config, Lane[] lanes) {
    this.config = config;
    this.lanes = lanes;
    this.epoll = linux.epoll();
    this.eventFds = linux.eventFds();
    this.set = epoll.create();
    this.bell = eventFds.create(0, EventFds.EFD_NONBLOCK);
    epoll.add(set, bell, Epoll.EPOLLIN, COMMANDS);
    this.thread = Thread.ofPlatform().name("log-intake").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Has something done by the thread, soon. */
  void execute(Runnable command) {
    commands.add(command);
    eventFds.add(bell, 1);
  }

  /** Watches a container's streams. By the thread. */
  void add(ContainerLog log) {
    log.setLane(lanes[nextLane]);
    nextLane = (nextLane + 1) % lanes.length;
    for (StreamSource source : log.sources()) {
      source.setNumber(number);
      watched.put(number, new Watched(log, source));
      epoll.add(set, source.watched(), EDGES, number);
      number++;
    }
  }

  /** Watches a container's streams no longer; they are closed. By the thread. */
  void forget(ContainerLog log) {
    for (StreamSource source : log.sources()) {
      watched.remove(source.number());
    }
  }

  /** Puts a container into its lane, whether there is something or not. By the thread. */
  void announce(ContainerLog log) {
    for (StreamSource source : log.sources()) {
      source.announce();
    }
    offer(log);
  }

  /** Puts a container into its lane after a pause. By the thread. */
  void announceLater(ContainerLog log) {
    later.add(new Later(log, System.nanoTime() + config.pause().toNanos()));
  }

  /** Looks after the beginning of a line that is in a pipe. */
  void watch(Leftover leftover) {
    if (!leftovers.add(leftover)) {
      execute(() -> leftovers.addNow(leftover)); // its queue is full
    } else if (leftovers.isFirst()) {
      eventFds.add(bell, 1);
    }
  }

  /** Ends the thread, and waits for it. */
  void stop() throws InterruptedException {
    execute(() -> stopping = true);
    thread.join();
    set.close();
    bell.close();
    arena.close();
  }

  private void run() {
    long window = config.window().toNanos();
    long last = System.nanoTime() - window;
    while (!stopping) {
      int count = epoll.await(set, events, timeout());
      for (int i = 0; i < count; i++) {
        take(events.data(i), events.events(i));
      }
      offerWaiting();
      offerLater();
      leftovers.look(grown);
      for (Lane lane : lanes) {
        lane.replaceIfStuck(config.patience().toNanos());
      }
      // A container that goes on writing is looked after once a window, not once a write.
      long now = System.nanoTime();
      if (count > 0 && now - last < window) {
        LockSupport.parkNanos(window - (now - last));
      }
      last = now;
    }
  }

  private void take(long data, int happened) {
    if (data == COMMANDS) {
      eventFds.take(bell);
      Runnable command;
      while ((command = commands.poll()) != null) {
        command.run();
      }
      return;
    }
    Watched what = watched.get(data);
    if (what == null) {
      return; // closed meanwhile
    }
    if ((happened & (Epoll.EPOLLHUP | Epoll.EPOLLERR)) != 0 && !what.source.isTerminal()) {
      what.source.end();
    }
    if (what.source.announce()) {
      offer(what.log);
    }
  }

  private void offer(ContainerLog log) {
    if (!log.lane().offer(log)) {
      waiting.add(log);
    }
  }

  private void grown(Leftover leftover) {
    if (leftover.source().announce()) {
      offer(leftover.log());
    }
  }

  private void offerWaiting() {
    for (int left = waiting.size(); left > 0; left--) {
      offer(waiting.remove());
    }
  }

  private void offerLater() {
    long now = System.nanoTime();
    Later first;
    while ((first = later.peek()) != null && first.when - now <= 0) {
      offer(later.remove().log);
    }
  }

  /** Returns how long to wait for events at most, in milliseconds; -1 for as long as it takes. */
  private int timeout() {
    if (!waiting.isEmpty()) {
      return 1;
    }
    long nanos = Long.MAX_VALUE;
    Later first = later.peek();
    if (first != null) {
      nanos = Math.max(0, first.when - System.nanoTime());
    }
    nanos = Math.min(nanos, leftovers.untilDue(System.nanoTime()));
    for (Lane lane : lanes) {
      if (lane.isBusy()) {
        nanos = Math.min(nanos, config.patience().toNanos());
      }
    }
    return nanos == Long.MAX_VALUE ? -1 : (int) Math.ceilDiv(nanos, 1_000_000L);
  }
}
