package io.lighter.runtime.logs.folder;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * Wakes all who wait for a log to go on. The writer pays for one of them at most: each that has
 * been woken wakes the next. Waiting does not pin a virtual thread. Thread-safe.
 *
 * <p>It counts what was written; who waits says how far it had been when he looked.
 */
public final class WakeUp implements Progress, AutoCloseable {
  private static final class Count extends AbstractQueuedSynchronizer {
    private static final long serialVersionUID = 1;

    @Override
    protected int tryAcquireShared(int seen) {
      return getState() == seen ? -1 : 1;
    }

    @Override
    protected boolean tryReleaseShared(int unused) {
      int now = getState();
      while (!compareAndSetState(now, now + 1)) {
        now = getState();
      }
      return true;
    }

    int now() {
      return getState();
    }
  }

  private final Count count = new Count();
  private volatile boolean closed;

  @Override
  public int seen() {
    return count.now();
  }

  /** Something was written. */
  public void signal() {
    count.releaseShared(1);
  }

  @Override
  public boolean await(int seen, long nanos) throws InterruptedException {
    if (closed && count.now() == seen) {
      return false;
    }
    count.tryAcquireSharedNanos(seen, nanos);
    return true;
  }

  /** Wakes everybody for the last time. */
  @Override
  public void close() {
    closed = true;
    signal();
  }
}
