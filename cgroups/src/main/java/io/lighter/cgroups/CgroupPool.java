package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.LinuxException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Empty cgroups, ready before they are wanted, and the removal of used ones out of the way: what a
 * start and an end wait for is a look into a queue.
 *
 * <p>A cgroup serves once. Its figures count from its birth and cannot be set back, so used ones
 * are removed and never handed out again. The kernel does not rename cgroups: their names are the
 * pool's, {@code ready-} and some letters, and {@link Cgroup#path} is what to keep.
 *
 * <p>Safe for use by many threads. The work in the background runs on the executor of the caller.
 */
public final class CgroupPool implements AutoCloseable {
  private static final String PREFIX = "ready-";
  private static final int RADIX = 36;

  private final Cgroup parent;
  private final int capacity;
  private final Executor executor;
  private final Consumer<RuntimeException> failures;
  private final ArrayBlockingQueue<Cgroup> ready;
  private final AtomicBoolean refilling = new AtomicBoolean();
  private final AtomicLong number = new AtomicLong();
  private final String prefix = PREFIX + Long.toString(System.nanoTime() >>> 10, RADIX) + "-";
  private volatile boolean closed;

  /**
   * Makes a pool and begins to fill it.
   *
   * @param parent where the cgroups lie; it stays the caller's and must outlive the pool
   * @param controllers what is enabled for them from the start; more are enabled when settings want
   *     them
   * @param capacity how many are ready at most, 1 or more
   * @param executor runs the filling and the removals
   * @param failures is told, on the executor, what could not be removed
   */
  public CgroupPool(
      Cgroup parent,
      Set<Controller> controllers,
      int capacity,
      Executor executor,
      Consumer<RuntimeException> failures) {
    this.parent = parent;
    this.capacity = capacity;
    this.executor = executor;
    this.failures = failures;
    this.ready = new ArrayBlockingQueue<>(capacity);
    parent.enable(controllers);
    refill();
  }

  /** Returns how many cgroups are ready. */
  public int ready() {
    return ready.size();
  }

  /**
   * Returns an empty cgroup, a ready one or, when there is none, one that is made now. It is the
   * caller's: closed and removed by it, or given to {@link #discard}.
   *
   * @throws IllegalStateException when the pool is closed
   */
  public Cgroup take() {
    if (closed) {
      throw new IllegalStateException("the pool of cgroups in " + parent.path() + " is closed");
    }
    Cgroup cgroup = ready.poll();
    if (ready.size() <= capacity / 2) {
      refill();
    }
    return cgroup != null ? cgroup : make();
  }

  /** Returns an empty cgroup with settings applied; when they are refused nothing is left. */
  public Cgroup take(Collection<Setting> settings) {
    parent.tree().check(settings);
    parent.enableFor(settings);
    Cgroup cgroup = take();
    try {
      parent.applyToNew(cgroup, settings);
      return cgroup;
    } catch (RuntimeException e) {
      discard(cgroup, Duration.ZERO);
      throw e;
    }
  }

  /**
   * Removes and closes a cgroup in the background.
   *
   * @param within how long to wait for processes that still end
   */
  public void discard(Cgroup cgroup, Duration within) {
    executor.execute(() -> destroy(cgroup, within));
  }

  private void destroy(Cgroup cgroup, Duration within) {
    try (cgroup) {
      cgroup.remove(within);
    } catch (RuntimeException e) {
      failures.accept(e);
    }
  }

  private void refill() {
    if (!closed && refilling.compareAndSet(false, true)) {
      executor.execute(this::fill);
    }
  }

  /** Holds the lock that {@link #close} takes, so that after it nothing is made any more. */
  private synchronized void fill() {
    try {
      while (!closed && ready.remainingCapacity() > 0) {
        ready.add(make());
      }
    } catch (CgroupException | LinuxException e) {
      // Whoever takes next makes one itself and is told what is wrong.
      return;
    } finally {
      refilling.set(false);
    }
  }

  private Cgroup make() {
    while (true) {
      try {
        return parent.create(prefix + Long.toString(number.getAndIncrement(), RADIX));
      } catch (CgroupException e) {
        if (e.errno() != Errno.EEXIST) {
          throw e;
        }
      }
    }
  }

  /**
   * Removes what pools of processes that were killed left behind: empty cgroups with a pool's name.
   *
   * @param parent where those pools were
   * @param inUse names that stay, because their processes are still to come
   */
  public static void sweep(Cgroup parent, Set<String> inUse) {
    Children.forEach(
        parent,
        child -> {
          if (child.name().startsWith(PREFIX)
              && !inUse.contains(child.name())
              && !child.populated()) {
            child.remove(Duration.ZERO);
          }
        });
  }

  /** Removes all that are ready. What was taken stays its taker's. */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      for (Cgroup cgroup = ready.poll(); cgroup != null; cgroup = ready.poll()) {
        destroy(cgroup, Duration.ZERO);
      }
    }
  }
}
