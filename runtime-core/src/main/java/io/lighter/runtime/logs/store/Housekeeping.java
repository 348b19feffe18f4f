package io.lighter.runtime.logs.store;

import io.lighter.linux.Fd;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a log beside the writing: syncing, compressing, removing. Thread-safe; it opens
 * its files by their names and shares none with the writer.
 */
final class Housekeeping implements AutoCloseable {
  private static final long SYNC_SECONDS = 1;

  private final SegmentFolder folder;
  private final StoreConfig config;
  private final Executor background;
  private final Retention retention;
  private final Compressor compressor;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean syncIsDue = new AtomicBoolean();
  private volatile long current;
  private volatile boolean closed;
  private long synced;

  /** Owns the folder that it is given. */
  Housekeeping(SegmentFolder folder, StoreConfig config, Executor background) {
    this.folder = folder;
    this.config = config;
    this.background = background;
    this.retention = new Retention(folder, config);
    this.compressor = new Compressor(folder);
  }

  /** Looks after what the process before has left. */
  void start(long newest) {
    current = newest;
    synced = newest;
    background.execute(this::tidy);
  }

  /** Looks after a segment that has become full. */
  void rotated(long newest) {
    current = newest;
    background.execute(this::tidy);
  }

  private void tidy() {
    lock.lock();
    try {
      try {
        if (!closed && config.compress()) {
          compressor.compressBefore(current, this::isClosed);
        }
      } finally {
        enforce(); // the bounds hold even when nothing can be compressed
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    return closed;
  }

  private void enforce() {
    if (!closed) {
      retention.enforce(current);
    }
  }

  void enforceRetention() {
    lock.lock();
    try {
      enforce();
    } finally {
      lock.unlock();
    }
  }

  void removeBefore(long line) {
    lock.lock();
    try {
      if (!closed) {
        retention.removeBefore(line, current);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sees to it that what is written now is on the disk in a second. */
  void syncLater(long segment) {
    if (!syncIsDue.get() && syncIsDue.compareAndSet(false, true)) {
      CompletableFuture.delayedExecutor(SYNC_SECONDS, TimeUnit.SECONDS, background)
          .execute(this::sync);
    }
  }

  private void sync() {
    lock.lock();
    try {
      syncIsDue.set(false);
      if (!closed) {
        syncUpTo(current);
      }
    } finally {
      lock.unlock();
    }
  }

  private void syncUpTo(long newest) {
    for (long segment = Math.max(1, synced); segment <= newest; segment++) {
      try (Fd content = folder.open(segment, SegmentFolder.RAW);
          Fd index = folder.open(segment, SegmentFolder.INDEX)) {
        sync(content);
        sync(index);
      }
    }
    if (synced != newest) {
      folder.sync();
      synced = newest;
    }
  }

  private void sync(@Nullable Fd file) {
    if (file != null) {
      folder.linux().files().fdatasync(file);
    }
  }

  /** Waits for what is being done, and does no more. */
  @Override
  public void close() {
    boolean before = closed;
    closed = true;
    lock.lock();
    try {
      if (!before && config.sync() != StoreConfig.Sync.NONE) {
        syncUpTo(current);
      }
      folder.close();
    } finally {
      lock.unlock();
    }
  }
}
