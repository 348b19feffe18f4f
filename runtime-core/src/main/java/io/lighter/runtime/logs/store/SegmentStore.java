package io.lighter.runtime.logs.store;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.folder.FolderLock;
import io.lighter.runtime.logs.folder.FolderLockedException;
import io.lighter.runtime.logs.folder.WakeUp;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a log in segments, in a folder of its own. Segments that are full are compressed and the
 * oldest removed by an executor of the caller's, never by the one who appends.
 *
 * <pre>{@code
 * try (SegmentStore store = SegmentStore.open(linux, folder, StoreConfig.DEFAULT, background)) {
 *   store.append(batch);
 *   try (LogReader reader = store.read(LogQuery.ALL)) {
 *     while (reader.next()) {
 *       write(reader.bytes(), reader.offset(), reader.length());
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>One thread at a time appends and closes, as {@link LogSink} says; readers and everything else
 * may be anywhere. One process at a time may have a folder open; any number of processes may read
 * it. An append makes two system calls and no garbage.
 */
public final class SegmentStore implements LogSink {
  private final SegmentFolder folder;
  private final FolderLock lock;
  private final StoreConfig config;
  private final WakeUp wakeUp = new WakeUp();
  private final Housekeeping housekeeping;
  private final OpenLines open = new OpenLines();

  /** Held while a reader gets the folder, so that it is not closed meanwhile. */
  private final ReentrantLock closing = new ReentrantLock();

  private @Nullable SegmentWriter writer;
  private long nextSegment;
  private long nextLine;
  private long nextTime;

  private SegmentStore(
      SegmentFolder folder, FolderLock lock, StoreConfig config, Executor background) {
    this.folder = folder;
    this.lock = lock;
    this.config = config;
    this.housekeeping = new Housekeeping(folder.duplicate(), config, background);
  }

  /**
   * Opens a log, or begins one in an empty folder, and mends what a crash has left.
   *
   * @param folder which stays the caller's
   * @param background compresses and removes segments; {@code Runnable::run} does so at once, while
   *     {@link #append} waits. It must not be shut down before the store is closed.
   * @throws IllegalStateException when segments are to be compressed and zstd cannot be loaded
   * @throws FolderLockedException when this process or another one writes it already
   */
  public static SegmentStore open(Linux linux, Fd folder, StoreConfig config, Executor background) {
    if (config.compress()) {
      Compressor.requireLibrary();
    }
    FolderLock lock = FolderLock.take(linux, folder);
    SegmentStore store;
    try {
      store = new SegmentStore(new SegmentFolder(linux, folder), lock, config, background);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
    try {
      store.recover();
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Opens a log by the path of its folder. */
  public static SegmentStore open(
      Linux linux, Path folder, StoreConfig config, Executor background) {
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (Fd opened = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), flags, 0)) {
      return open(linux, opened, config, background);
    }
  }

  private void recover() {
    var recovery = new Recovery(folder);
    writer = recovery.recover(open);
    nextSegment = recovery.nextSegment();
    nextLine = recovery.nextLine();
    nextTime = recovery.nextTime();
    housekeeping.start(nextSegment - 1);
  }

  /**
   * {@inheritDoc}
   *
   * <p>What it returns is what {@link LogBatch#moveTo} has moved, which may end anywhere: those
   * bytes have left the pipe, and the next batch of the stream has {@link LogBatch#begun()} more
   * than zero when they have ended within a line.
   */
  @Override
  public int append(LogBatch batch) {
    // Lines are found by their time, so it must not go back: not even over a restart.
    long time = Math.max(batch.time(), nextTime);
    SegmentWriter to = roomFor(batch, time);
    if (to == null) {
      return 0;
    }
    int kept = to.append(batch, time, open);
    if (kept > 0) {
      nextTime = to.nextTime();
      if (config.sync() == StoreConfig.Sync.EACH_BATCH) {
        to.sync();
      } else if (config.sync() == StoreConfig.Sync.INTERVAL) {
        housekeeping.syncLater(to.number());
      }
      wakeUp.signal();
    }
    return kept;
  }

  private @Nullable SegmentWriter roomFor(LogBatch batch, long time) {
    SegmentWriter current = writer;
    if (current != null) {
      if (current.hasRoom(batch.length(), config)) {
        return current;
      }
      leave(current);
    }
    writer = SegmentWriter.create(folder, new IndexHeader(nextSegment, nextLine, time));
    if (writer != null) {
      if (config.sync() == StoreConfig.Sync.EACH_BATCH) {
        folder.sync();
      }
      housekeeping.rotated(nextSegment++);
    }
    return writer;
  }

  private void leave(SegmentWriter full) {
    nextLine = full.linesSoFar();
    writer = null;
    full.close();
  }

  /**
   * Reads lines that are there, and follows them when the query says so; from any thread.
   *
   * @throws IllegalStateException when the store has been closed: {@link LogReader#open} reads then
   */
  public LogReader read(LogQuery query) {
    return LogReader.open(duplicate(), query, wakeUp, null);
  }

  /**
   * Reads on from where a reader was, in this process or in one before it; from any thread. What
   * the query says of a tail is not looked at.
   */
  public LogReader resume(LogQuery query, LogPosition position) {
    return LogReader.open(duplicate(), query, wakeUp, position);
  }

  private SegmentFolder duplicate() {
    closing.lock();
    try {
      return folder.duplicate();
    } finally {
      closing.unlock();
    }
  }

  /**
   * Returns how many bytes the log has of a line of that stream that has not ended: where the
   * process before was killed within a line. What the stream's pipe still has is the rest of it,
   * and the first batch with that has so many bytes {@link LogBatch#begun() begun}. For a new
   * stream it does not matter: its first batch has begun none, and the old line is over.
   */
  @Override
  public long begun(LogStream stream) {
    if (!open.isOpen(stream)) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined();
        EarlierPieces line = new EarlierPieces(folder, arena)) {
      SegmentWriter current = writer;
      line.start(
          stream,
          current == null ? nextSegment - 1 : current.number(),
          current == null ? Integer.MAX_VALUE : current.entries());
      return line.bytes();
    }
  }

  /**
   * Removes segments that are beyond the bounds of the configuration, in the caller's thread; for
   * who wants {@link StoreConfig#maxAge} to hold for logs that do not grow. From any thread.
   */
  public void enforceRetention() {
    housekeeping.enforceRetention();
  }

  /** Removes segments whose lines are all before a position. From any thread. */
  public void removeBefore(LogPosition position) {
    housekeeping.removeBefore(position.line());
  }

  @Override
  public void close() {
    if (writer != null) {
      leave(writer);
    }
    housekeeping.close();
    lock.close();
    wakeUp.close();
    closing.lock();
    try {
      folder.close();
    } finally {
      closing.unlock();
    }
  }
}
