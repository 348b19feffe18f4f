package io.lighter.runtime.logs.store;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * Wakes all who wait for a log to go on. The writer pays for one of them at most: each that has
 * been woken wakes the next. Waiting does not pin a virtual thread. Thread-safe.
 *
 * <p>It counts what was written; who waits says how far it had been when he looked.
 */
final class WakeUp {
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

  /** Returns how far it is; asked before one looks whether there is something to read. */
  int seen() {
    return count.now();
  }

  void signal() {
    count.releaseShared(1);
  }

  /** Wakes everybody for the last time. */
  void close() {
    closed = true;
    signal();
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Waits until it is further than that.
   *
   * @return false when the time was over before
   */
  boolean await(int seen, long nanos) throws InterruptedException {
    return count.tryAcquireSharedNanos(seen, nanos);
  }
}
