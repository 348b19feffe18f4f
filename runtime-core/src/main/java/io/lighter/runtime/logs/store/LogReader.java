package io.lighter.runtime.logs.store;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.folder.FolderWatch;
import io.lighter.runtime.logs.folder.Progress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of a log, in the order in which they have ended, and follows it.
 *
 * <pre>{@code
 * do {
 *   while (reader.next()) {
 *     write(reader.bytes(), reader.offset(), reader.length());
 *   }
 * } while (reader.await(Long.MAX_VALUE));
 * }</pre>
 *
 * <p>A line comes in pieces of at most {@link LogBatch#PIECE_BYTES}, directly one after the other:
 * never does a line of the other stream come in between, wherever the batches were that brought it.
 * What has not ended when a reader that does not follow gets to the end comes last, each stream's
 * line with the time of its latest batch, unless {@link LogQuery#until} ends the log before.
 *
 * <p>For one thread at a time, a virtual one too. It makes no garbage for a line. It costs 64 KiB
 * of memory, 2 MiB more while it reads a segment that is compressed, and is in nobody's way: what
 * it has open stays, and what has been removed before it came there it counts as {@link #missed}.
 */
public final class LogReader implements AutoCloseable {
  /** How long after {@link LogQuery#until} a batch of before may still be on its way. */
  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SegmentFolder folder;
  private final LogQuery query;
  private final @Nullable Progress progress;
  private final Arena arena = Arena.ofShared();
  private final LineCursor cursor;

  private long end = Long.MAX_VALUE;
  private @Nullable OpenEnd openEnd;
  private boolean over;
  private int seen;

  private boolean inLine;
  private boolean ofOpenEnd;
  private long given;
  private boolean begins;
  private long alreadyGiven;
  private long nextLine;
  private long lastTime;

  /** Owns the folder that it is given. */
  private LogReader(SegmentFolder folder, LogQuery query, @Nullable Progress progress) {
    this.folder = folder;
    this.query = query;
    this.progress = progress;
    this.seen = progress == null ? 0 : progress.seen();
    this.cursor = new LineCursor(folder, query, arena);
  }

  /**
   * Reads the log of another process, or one that nobody writes to. Whoever follows is woken by the
   * kernel, and told when the writer has ended.
   */
  public static LogReader open(Linux linux, Path folder, LogQuery query) {
    return open(linux, folder, query, null);
  }

  /** Goes on in the log of another process from where a reader was. */
  public static LogReader resume(Linux linux, Path folder, LogQuery query, LogPosition position) {
    return open(linux, folder, query, position);
  }

  private static LogReader open(
      Linux linux, Path path, LogQuery query, @Nullable LogPosition position) {
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (Fd folder = linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, 0)) {
      FolderWatch watch = query.follow() ? FolderWatch.of(linux, folder) : null;
      return open(new SegmentFolder(linux, folder), query, watch, position);
    }
  }

  static LogReader open(
      SegmentFolder folder,
      LogQuery query,
      @Nullable Progress progress,
      @Nullable LogPosition position) {
    var reader = new LogReader(folder, query, progress);
    boolean opened = false;
    try {
      reader.start(position);
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        reader.close();
      }
    }
  }

  private void start(@Nullable LogPosition position) {
    LineLocator locator = cursor.locator();
    locator.list();
    long there = locator.end();
    if (!query.follow()) {
      end = there;
      openEnd = query.until() == Long.MAX_VALUE ? OpenEnd.of(cursor, query) : null;
    }
    long first = query.since() == Long.MIN_VALUE ? 0 : locator.numberAt(query.since());
    if (position != null) {
      long start = startOf(position, locator);
      alreadyGiven = start < first ? 0 : alreadyGiven;
      first = Math.max(first, start);
    } else {
      first = Math.max(first, locator.firstLine());
      first = query.isTail() ? startOfTail(first, there, locator) : first;
    }
    nextLine = first;
    cursor.seek(first);
  }

  private long startOfTail(long first, long there, LineLocator locator) {
    long last =
        query.until() == Long.MAX_VALUE
            ? there
            : Math.min(there, locator.numberAt(query.until() + 1));
    long wanted = openEnd == null ? query.tail() : query.tail() - openEnd.keepLast(query.tail());
    if (wanted == 0) {
      return Math.max(first, last);
    }
    return query.streams().size() == LogStream.values().length
        ? Math.max(first, last - Math.min(wanted, last))
        : locator.walkBack(wanted, last, first, query);
  }

  private long startOf(LogPosition position, LineLocator locator) {
    alreadyGiven = position.given();
    if (position.time() == 0) {
      return position.line();
    }
    lastTime = position.time();
    long known = position.given() > 0 ? position.line() : position.line() - 1;
    long first = locator.firstLine();
    if (known < first || locator.timeOf(known) == position.time()) {
      alreadyGiven = known < first && position.given() > 0 ? 0 : position.given();
      return position.line();
    }
    // The log has lost its end and got another since: what it has now is later.
    alreadyGiven = 0;
    return locator.numberAt(position.time() + 1);
  }

  /**
   * Goes to the next line, or to the next piece of a line.
   *
   * @return false when there is none now: all has been read, or for a follower, {@link #await}
   *     tells whether more may come
   */
  public boolean next() {
    while (true) {
      try {
        if (inLine && cursor.nextPiece()) {
          if (show()) {
            return true;
          }
        } else if (!nextOfLog()) {
          return false;
        }
      } catch (DamagedSegmentException e) {
        cursor.skipEntry();
        inLine = false;
      }
    }
  }

  /** Notes where the reader is; returns false when this piece has been read before a restart. */
  private boolean show() {
    begins = given == 0;
    given += cursor.length();
    if (cursor.ends()) {
      inLine = false;
      if (!ofOpenEnd) {
        nextLine = cursor.number() + 1;
        lastTime = cursor.time();
      }
    }
    if (given <= alreadyGiven && !cursor.ends()) {
      return false;
    }
    alreadyGiven = 0;
    return true;
  }

  private boolean nextOfLog() {
    inLine = false;
    given = 0;
    if (!over) {
      seen = progress == null ? 0 : progress.seen();
      if (cursor.nextLine()) {
        over = cursor.number() >= end || cursor.time() > query.until();
        inLine = !over;
        return true;
      }
      over = !query.follow();
    }
    if (over && openEnd != null && openEnd.next()) {
      inLine = true;
      ofOpenEnd = true;
      return true;
    }
    return false;
  }

  /**
   * Waits until there may be more. It does not pin a virtual thread.
   *
   * @param nanos how long at most
   * @return false when no more will come: the reader does not follow, {@link LogQuery#until} is
   *     over, or the writer has closed the log
   */
  public boolean await(long nanos) throws InterruptedException {
    if (over || !query.follow()) {
      return false;
    }
    long left = nanos;
    if (query.until() != Long.MAX_VALUE) {
      long lasts = query.until() + LATE_NANOS - now();
      if (lasts <= 0) {
        over = true;
        return false;
      }
      left = Math.min(left, lasts);
    }
    over = progress != null && !progress.await(seen, left);
    return !over;
  }

  private static long now() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** Returns the memory that has the piece, until {@link #next} is called. */
  public MemorySegment bytes() {
    return cursor.memory();
  }

  /** Returns where in the memory the piece begins. */
  public int offset() {
    return cursor.offset();
  }

  /**
   * Returns how many bytes the piece has, without the newline: 0 to {@link LogBatch#PIECE_BYTES}.
   */
  public int length() {
    return cursor.length();
  }

  /** Returns which stream the line was written to. */
  public LogStream stream() {
    return cursor.stream();
  }

  /** Returns when the line has ended, in nanoseconds since 1970. */
  public long time() {
    return cursor.time();
  }

  /** Returns whether this is the first piece of its line. */
  public boolean begins() {
    return begins;
  }

  /** Returns whether this is the last piece of its line that there is. */
  public boolean ends() {
    return cursor.ends();
  }

  /**
   * Returns whether the line is complete with this piece: by a newline, or because the stream has
   * ended. A last piece that is not complete is of a line that has not ended yet, or was cut off.
   */
  public boolean isComplete() {
    return cursor.isComplete();
  }

  /** Returns whether the pipeline itself has written the line. */
  public boolean isMarker() {
    return cursor.isMarker();
  }

  /**
   * Returns how many lines, of either stream, have been missed so far: they had been removed before
   * the reader came there, or cannot be read.
   */
  public long missed() {
    return cursor.missed();
  }

  /** Returns where the reader is: behind the piece that it shows. */
  public LogPosition position() {
    return inLine && !ofOpenEnd
        ? new LogPosition(cursor.number(), cursor.time(), given)
        : new LogPosition(nextLine, lastTime, alreadyGiven);
  }

  @Override
  public void close() {
    if (progress instanceof FolderWatch watch) {
      watch.close();
    }
    cursor.close();
    folder.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
