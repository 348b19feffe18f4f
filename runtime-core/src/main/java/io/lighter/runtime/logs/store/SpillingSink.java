package io.lighter.runtime.logs.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogCounters;
import io.lighter.runtime.logs.LogSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The policy {@code spill}: what a target cannot keep in time waits on the disk, in segments, and
 * goes to the target in its order. The container waits only when the disk has too much of it.
 *
 * <p>Nothing is lost when the process is killed: what is in the folder is given to the target of
 * the next {@link #open}, and at most the lines of one batch a second time.
 *
 * <p>One thread gives to the target while something waits, and ends when nothing does.
 */
public final class SpillingSink implements LogSink {
  private static final int SEGMENT_BYTES = 4 << 20;

  /** After how many batches segments are removed that the target has wholly. */
  private static final int REMOVAL = 256;

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Logger LOGGER = System.getLogger(SpillingSink.class.getName());

  private final Linux linux;
  private final LogSink target;
  private final SegmentStore store;
  private final Path positionFile;
  private final long maxBytes;
  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private volatile @Nullable LogCounters counters;

  // Of whoever drains.
  private LogPosition position;
  private long batches;

  // All of this is guarded by the lock.
  private long waiting;
  private boolean draining;
  private boolean closing;
  private boolean abandoned;

  private SpillingSink(
      Linux linux,
      LogSink target,
      SegmentStore store,
      Path folder,
      long maxBytes,
      Executor executor) {
    this.linux = linux;
    this.target = target;
    this.store = store;
    this.positionFile = folder.resolve("given");
    this.maxBytes = maxBytes;
    this.executor = executor;
    this.position = readPosition(positionFile);
  }

  /**
   * Stands before a target, which it closes in the end.
   *
   * @param folder of its own, which is there; what an earlier process has left in it goes first
   * @param maxBytes how much waits on the disk at most before the container has to wait, from 1
   * @param executor has a thread for each log that waits
   */
  public static SpillingSink open(
      Linux linux, LogSink target, Path folder, long maxBytes, Executor executor) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("max-spill-size is " + maxBytes + " bytes: at least 1");
    }
    StoreConfig config =
        StoreConfig.DEFAULT
            .withSegments(SEGMENT_BYTES, StoreConfig.DEFAULT.segmentEntries())
            .withRetention(Long.MAX_VALUE, Integer.MAX_VALUE, Duration.ZERO)
            .withCompression(false);
    SegmentStore store = SegmentStore.open(linux, folder, config, Runnable::run);
    SpillingSink sink = new SpillingSink(linux, target, store, folder, maxBytes, executor);
    sink.drainSoon();
    return sink;
  }

  private static LogPosition readPosition(Path file) {
    try {
      return LogPosition.parse(Files.readString(file, US_ASCII));
    } catch (NoSuchFileException e) {
      return new LogPosition(0, 0, 0);
    } catch (IOException e) {
      throw new UncheckedIOException("a log that waits on the disk cannot be read: " + file, e);
    }
  }

  @Override
  public int append(LogBatch batch) {
    lock.lock();
    try {
      if (waiting >= maxBytes) {
        return 0;
      }
    } finally {
      lock.unlock();
    }
    int length = store.append(batch);
    lock.lock();
    try {
      waiting += length;
    } finally {
      lock.unlock();
    }
    drainSoon();
    return length;
  }

  @Override
  public void countIn(LogCounters counting) {
    counters = counting;
    target.countIn(counting);
  }

  /** Returns how many bytes wait on the disk that the target does not have. From any thread. */
  public long waitingBytes() {
    return waitingNow();
  }

  private void drainSoon() {
    lock.lock();
    try {
      if (!draining && !closing) {
        draining = true;
        executor.execute(this::drain);
      }
    } finally {
      lock.unlock();
    }
  }

  private void drain() {
    try (LineBatch batch = new LineBatch(linux)) {
      boolean goesOn = true;
      while (goesOn) {
        boolean gaveAll = drain(batch);
        goesOn = !stops(!gaveAll);
      }
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "a log that waits on the disk cannot be given on", e);
      stops(true);
    }
  }

  /** Drains no longer, if nothing has come since all was given or it has to stop anyway. */
  private boolean stops(boolean anyway) {
    lock.lock();
    try {
      if (waiting > 0 && !anyway) {
        return false;
      }
      draining = false;
      changed.signalAll();
      if (abandoned) {
        target.close();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Gives what is there to the target; returns false when it has to stop before. */
  private boolean drain(LineBatch batch) {
    long before = waitingNow();
    // A follower is not shown a line before it has ended.
    try (LogReader reader = store.resume(LogQuery.ALL.following(), position)) {
      boolean shows = reader.next();
      while (shows) {
        while (shows && batch.takes(reader)) {
          batch.add(reader);
          position = reader.position();
          shows = reader.next();
        }
        if (!give(batch)) {
          return false;
        }
        given();
      }
    }
    store.removeBefore(position);
    flushTarget();
    lock.lock();
    try {
      waiting -= before;
    } finally {
      lock.unlock();
    }
    return true;
  }

  private long waitingNow() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  private boolean give(LineBatch batch) {
    while (!batch.isEmpty()) {
      int taken;
      try {
        taken = target.append(batch);
      } catch (RuntimeException e) {
        LOGGER.log(Level.WARNING, batch.length() + " bytes of a log cannot be kept", e);
        countDropped(batch);
        taken = batch.length();
      }
      if (taken > 0) {
        batch.keep(taken);
      } else if (!waited()) {
        return false;
      }
    }
    return true;
  }

  private void countDropped(LineBatch batch) {
    LogCounters counting = counters;
    if (counting != null) {
      counting.failed();
      counting.dropped(batch.newlines(), batch.length());
    }
  }

  /** Waits before the target is asked again; returns false when there is no time for that. */
  private boolean waited() {
    lock.lock();
    try {
      long left = PAUSE.toNanos();
      while (left > 0 && !closing) {
        left = changed.awaitNanos(left);
      }
      return !closing;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Notes what the target has. */
  private void given() {
    try {
      Path unfinished = positionFile.resolveSibling("given.tmp");
      Files.writeString(unfinished, position.toString(), US_ASCII);
      Files.move(unfinished, positionFile, StandardCopyOption.ATOMIC_MOVE);
      if (++batches % REMOVAL == 0) {
        store.removeBefore(position);
      }
    } catch (IOException e) {
      // A later process gives it again, which is better than not at all.
      LOGGER.log(Level.WARNING, "it cannot be noted how much of a log was given on", e);
    }
  }

  private void flushTarget() {
    try {
      target.flush();
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "a log cannot be flushed", e);
    }
  }

  /**
   * Waits some seconds for what waits to be given on. What is left then stays on the disk, for a
   * later {@link #open} with this folder.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      long left = GRACE.toNanos();
      while (draining && left > 0) {
        left = changed.awaitNanos(left);
      }
      closing = true;
      changed.signalAll();
      left = GRACE.toNanos();
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
    store.close();
  }
}
