package io.lighter.proxy.relay;

import io.lighter.linux.Epoll;
import io.lighter.linux.EpollEvents;
import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.proxy.thread.ThreadEnd;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits for descriptors and timers and calls what they belong to. In steady state
 * it allocates nothing.
 *
 * <p>A source registers once and may then watch one descriptor after the other. A turn of the loop
 * is: the events of one wait, the sources that asked to be called again, the timers, the tasks of
 * other threads, and the hooks. Events that were fetched are delivered even when an earlier one of
 * the turn closed their descriptor, so a source is unregistered, or used for another descriptor, in
 * a hook and not before.
 *
 * <p>Only {@link #execute}, {@link #call} and {@link #close} are for other threads.
 */
public final class EventLoop implements AutoCloseable {
  private static final int EVENTS_AT_ONCE = 512;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long LOOK_AFTER_MILLIS = 100;

  private final Linux linux;
  private final Epoll epoll;
  private final Arena arena = Arena.ofShared();
  private final EpollEvents events = new EpollEvents(arena, EVENTS_AT_ONCE);
  private final Fd set;
  private final Fd wake;
  private final Thread thread;
  private final Consumer<Throwable> errors;
  private final TimerWheel wheel;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<Runnable> hooks = new ArrayList<>();

  private @Nullable Source[] sources = new @Nullable Source[64];
  private int[] freeTokens = new int[64];
  private int freeCount;
  private int tokens;
  private @Nullable Source[] again = new @Nullable Source[64];
  private @Nullable Source[] calledAgain = new @Nullable Source[64];
  private int againCount;
  private long now;
  private volatile boolean stopped;

  /**
   * Makes a loop that does not run yet.
   *
   * @param errors gets what a source, timer or task throws; the loop goes on
   */
  public EventLoop(Linux linux, String name, Consumer<Throwable> errors) {
    this.linux = linux;
    this.epoll = linux.epoll();
    this.errors = errors;
    this.now = System.nanoTime();
    this.wheel = new TimerWheel(now);
    this.set = epoll.create();
    try {
      this.wake = linux.eventFds().create(0, EventFds.EFD_NONBLOCK);
    } catch (RuntimeException e) {
      set.close();
      throw e;
    }
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    watch(wake, Epoll.EPOLLIN, register(events -> linux.eventFds().take(wake)));
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Returns the time of this turn by {@link System#nanoTime}. */
  public long now() {
    return now;
  }

  /** Returns memory that is freed when the loop is closed. */
  public Arena arena() {
    return arena;
  }

  /** Registers a source; returns its token. */
  public int register(Source source) {
    int token = freeCount > 0 ? freeTokens[--freeCount] : tokens++;
    if (token == sources.length) {
      sources = Arrays.copyOf(sources, 2 * token);
    }
    sources[token] = source;
    return token;
  }

  /**
   * Registers two sources for good; returns the token of the first, and the next is the other's.
   */
  int registerPair(Source first, Source second) {
    int token = tokens;
    tokens += 2;
    if (tokens > sources.length) {
      sources = Arrays.copyOf(sources, 2 * sources.length);
    }
    sources[token] = first;
    sources[token + 1] = second;
    return token;
  }

  /** Forgets a source, none of whose descriptors is watched any more. */
  public void unregister(int token) {
    sources[token] = null;
    if (freeCount == freeTokens.length) {
      freeTokens = Arrays.copyOf(freeTokens, 2 * freeCount);
    }
    freeTokens[freeCount++] = token;
  }

  /**
   * Watches a descriptor until it is closed.
   *
   * @param events EPOLL bits of {@link Epoll}
   * @param token of the source that is called
   */
  public void watch(Fd fd, int events, int token) {
    epoll.add(set, fd, events, token);
  }

  /** Changes what a descriptor is watched for. */
  public void rewatch(Fd fd, int events, int token) {
    epoll.modify(set, fd, events, token);
  }

  /** Watches a descriptor no longer, though it stays open here or elsewhere. */
  public void unwatch(Fd fd) {
    epoll.remove(set, fd);
  }

  /** Has a source called once more in the next turn, which does not wait for events. */
  public void again(Source source) {
    if (againCount == again.length) {
      again = Arrays.copyOf(again, 2 * againCount);
    }
    again[againCount++] = source;
  }

  /** Has a timer expire, and no longer when it was scheduled for before. */
  public void schedule(Timer timer, long deadline) {
    wheel.schedule(timer, deadline);
  }

  /** Has a timer expire no longer. */
  public void cancel(Timer timer) {
    wheel.cancel(timer);
  }

  /** Has something run at the end of every turn. */
  public void atEndOfTurn(Runnable hook) {
    hooks.add(hook);
  }

  /** Has something run by the loop's thread. Before the loop runs, and once it is closed, not. */
  public void execute(Runnable task) {
    tasks.add(task);
    linux.eventFds().add(wake, 1);
  }

  /**
   * As {@link #execute}, and waits until it is done, even when this thread is interrupted
   * meanwhile: a change that is half made helps nobody.
   *
   * @throws IllegalStateException when the loop ended first
   */
  public void call(Runnable task) {
    CountDownLatch done = new CountDownLatch(1);
    execute(
        () -> {
          try {
            task.run();
          } finally {
            done.countDown();
          }
        });
    boolean interrupted = false;
    try {
      while (!isDone(done)) {
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits a while, or until this thread is interrupted. */
  private boolean isDone(CountDownLatch done) {
    try {
      if (done.await(LOOK_AFTER_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    if (!thread.isAlive() && done.getCount() > 0) {
      throw new IllegalStateException(thread.getName() + " has ended");
    }
    return false;
  }

  private void run() {
    while (!stopped) {
      try {
        turn();
      } catch (RuntimeException | Error e) {
        errors.accept(e);
      }
    }
  }

  private void turn() {
    epoll.await(set, events, millis(wheel.untilNext(System.nanoTime())));
    now = System.nanoTime();
    for (int i = 0; i < events.count(); i++) {
      Source source = sources[(int) events.data(i)];
      if (source != null) {
        deliver(source, events.events(i));
      }
    }
    callAgain();
    wheel.advance(now);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      run(task);
    }
    for (int i = 0; i < hooks.size(); i++) {
      run(hooks.get(i));
    }
  }

  private int millis(long untilTimer) {
    if (againCount > 0) {
      return 0;
    }
    return untilTimer < 0
        ? -1
        : (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(untilTimer, NANOS_PER_MILLI));
  }

  private void callAgain() {
    @Nullable Source[] called = again;
    int count = againCount;
    again = calledAgain;
    calledAgain = called;
    againCount = 0;
    for (int i = 0; i < count; i++) {
      Source source = called[i];
      called[i] = null;
      if (source != null) {
        deliver(source, 0);
      }
    }
  }

  private void deliver(Source source, int what) {
    try {
      source.ready(what);
    } catch (RuntimeException | Error e) {
      errors.accept(e);
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      errors.accept(e);
    }
  }

  /** Ends the loop and waits for its thread. What it watched is the caller's to close before. */
  @Override
  public void close() {
    stopped = true;
    linux.eventFds().add(wake, 1);
    ThreadEnd.await(thread);
    set.close();
    wake.close();
    arena.close();
  }
}
