package io.lighter.runtime.logs;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogPolicy.Kind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A sink that is never waited for: what its target cannot keep at once waits in memory of a fixed
 * size, and what does not fit there is dropped, counted, and told of by a line in the log.
 *
 * <p>One thread gives to the target while something waits, and ends when nothing does.
 */
final class QueueingSink implements LogSink {
  /** The largest part of a batch that is dropped or kept as one. */
  private static final int PART = 64 * 1024;

  private static final Logger LOGGER = System.getLogger(QueueingSink.class.getName());

  private final Linux linux;
  private final LogSink target;
  private final LogPolicy policy;
  private final LogCounters counters;
  private final Duration pause;
  private final Duration grace;
  private final Executor executor;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All of this is guarded by the lock.
  private final BatchQueue queue;
  private final DropReport dropped = new DropReport();
  private boolean draining;
  private boolean closing;
  private long deadline;

  /** The target is in a call that does not return; whoever made it closes the target. */
  private boolean abandoned;

  /**
   * Stands before a target, which it closes in the end.
   *
   * @param pause after which a target is asked again that could keep nothing
   * @param grace how long closing waits for a target that keeps nothing
   * @param executor has a thread for each log that waits
   */
  QueueingSink(
      Linux linux,
      LogSink target,
      LogPolicy policy,
      LogCounters counters,
      Duration pause,
      Duration grace,
      Executor executor) {
    this.linux = linux;
    this.target = target;
    this.policy = policy;
    this.counters = counters;
    this.pause = pause;
    this.grace = grace;
    this.executor = executor;
    this.queue = new BatchQueue(policy.bufferBytes());
  }

  @Override
  public int append(LogBatch batch) {
    lock.lock();
    try {
      int at = 0;
      long time = batch.time();
      long begun = batch.begun();
      while (at < batch.length()) {
        int end = part(batch, at);
        int newlines = NewlineScan.count(batch.bytes(), at, end);
        keep(batch, at, end - at, newlines, time, begun);
        time += newlines;
        begun = newlines == 0 ? begun + end - at : 0;
        at = end;
      }
      if (!draining && !queue.isEmpty()) {
        draining = true;
        executor.execute(this::drain);
      }
    } finally {
      lock.unlock();
    }
    return batch.length();
  }

  /** Returns where the part ends that begins at a place: after a newline, or after a piece. */
  private int part(LogBatch batch, int from) {
    int most = Math.min(PART, queue.longest());
    int end = Math.min(batch.length(), from + most);
    if (end == batch.length()) {
      return end;
    }
    int newline = NewlineScan.last(batch.bytes(), from, end);
    return newline < from ? end : newline + 1;
  }

  private void keep(LogBatch batch, int from, int length, int newlines, long time, long begun) {
    if (policy.kind() == Kind.DROP_NEWEST) {
      // What was dropped before is told of first; without room for that there is none for this.
      if (!toldOfDrops() || !queue.offer(batch, from, length, newlines, time, begun)) {
        dropped.add(newlines, length, time);
        counters.dropped(newlines, length);
      }
      return;
    }
    while (!queue.offer(batch, from, length, newlines, time, begun)) {
      counters.dropped(queue.newlines(), queue.length());
      queue.remove(dropped);
    }
  }

  private boolean toldOfDrops() {
    if (dropped.isEmpty()) {
      return true;
    }
    byte[] line = dropped.line();
    try (QueuedBatch marker = new QueuedBatch(linux.files(), line.length)) {
      marker.setMarker(line, dropped.time());
      boolean told = queue.offer(marker, 0, line.length, 1, marker.time(), 0);
      if (told) {
        dropped.clear();
      }
      return told;
    }
  }

  private void drain() {
    try (QueuedBatch batch = new QueuedBatch(linux.files(), PART)) {
      while (next(batch)) {
        give(batch);
      }
    }
  }

  /** Fetches what has waited longest; returns false, and drains no longer, when nothing does. */
  private boolean next(QueuedBatch batch) {
    boolean flushed = false;
    while (true) {
      lock.lock();
      try {
        if (fetch(batch)) {
          return true;
        }
        if (flushed) {
          stopDraining();
          return false;
        }
      } finally {
        lock.unlock();
      }
      flush(target);
      flushed = true;
    }
  }

  private boolean fetch(QueuedBatch batch) {
    boolean tells = !dropped.isEmpty() && (policy.kind() == Kind.DROP_OLDEST || queue.isEmpty());
    if (tells) {
      batch.setMarker(dropped.line(), dropped.time());
      dropped.clear();
    } else if (!queue.isEmpty()) {
      queue.peek(batch);
      queue.remove();
    } else {
      return false;
    }
    return true;
  }

  private void stopDraining() {
    draining = false;
    queue.release();
    changed.signalAll();
    if (abandoned) {
      target.close();
    }
  }

  private static void flush(LogSink sink) {
    try {
      sink.flush();
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "a log cannot be flushed", e);
    }
  }

  private void give(QueuedBatch batch) {
    while (batch.length() > 0) {
      int taken;
      try {
        taken = target.append(batch);
      } catch (RuntimeException e) {
        LOGGER.log(Level.WARNING, batch.length() + " bytes of a log cannot be kept", e);
        counters.failed();
        counters.dropped(batch.newlines(), batch.length());
        return;
      }
      if (taken > 0) {
        batch.advance(taken);
      } else if (!waited()) {
        counters.dropped(batch.newlines(), batch.length());
        return;
      }
    }
  }

  /** Waits before the target is asked again; returns false when it has had its last chance. */
  private boolean waited() {
    counters.failed();
    lock.lock();
    try {
      if (closing && System.nanoTime() - deadline > 0) {
        while (!queue.isEmpty()) {
          counters.dropped(queue.newlines(), queue.length());
          queue.remove();
        }
        dropped.clear();
        return false;
      }
      changed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until what waits has been kept, or the grace is over; then it is dropped. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      deadline = System.nanoTime() + grace.toNanos();
      long left = 2 * grace.toNanos();
      while (draining && left > 0) {
        left = changed.awaitNanos(left);
      }
      abandoned = draining;
      if (!abandoned) {
        target.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abandoned = true;
    } finally {
      lock.unlock();
    }
  }
}
