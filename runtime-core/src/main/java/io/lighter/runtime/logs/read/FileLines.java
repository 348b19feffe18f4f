package io.lighter.runtime.logs.read;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.folder.FolderWatch;
import io.lighter.runtime.logs.store.LogQuery;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a log that is kept in files of one of Docker's formats, over its rotations. Of a log
 * that is emptied while it is followed what was not read before is missed.
 */
public final class FileLines implements LogLines {
  /** How long after {@link LogQuery#until} a line of before may still be on its way. */
  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RotatedNames names;
  private final LogQuery query;
  private final EntryCursor cursor;
  private final @Nullable FolderWatch watch;
  private final boolean[] midLine = new boolean[LogStream.values().length];
  private final List<OpenFile> files = new ArrayList<>();
  private int current;
  private long skip;

  /** Times up to this have been shown. */
  private long shown = Long.MIN_VALUE;

  /** The file has another name now, and is read to its end. */
  private boolean leaving;

  private int seen;
  private boolean over;
  private @Nullable LogRecord record;
  private boolean begins;

  private FileLines(RotatedNames names, RecordFormat format, LogQuery query) {
    this.names = names;
    this.query = query;
    this.cursor = new EntryCursor(format);
    this.watch = query.follow() ? watch(names) : null;
    try {
      files.addAll(names.open());
      startAt(format);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static FolderWatch watch(RotatedNames names) {
    String folder = names.newest().toAbsolutePath().resolveSibling(".").toString();
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (Fd opened = names.linux().files().openat(Fd.WORKING_FOLDER, folder, flags, 0)) {
      return FolderWatch.of(names.linux(), opened);
    }
  }

  /** Reads a log of Docker's json-file. */
  public static LogLines ofJson(Linux linux, Path file, LogQuery query) {
    return new FileLines(new RotatedNames(linux, file), new JsonRecords(), query);
  }

  /** Reads a log of Docker's local format. */
  public static LogLines ofLocal(Linux linux, Path file, LogQuery query) {
    return new FileLines(new RotatedNames(linux, file), new LocalRecords(), query);
  }

  private void startAt(RecordFormat format) {
    TailPlace place = TailPlace.BEGINNING;
    if (query.tail() != Long.MAX_VALUE) {
      boolean all = isPlain();
      place = TailPlace.of(files, format, query.tail(), this::isWanted, all);
    }
    skip = place.skipped();
    current = place.file();
    if (!files.isEmpty()) {
      files.get(current).seek(place.offset());
      cursor.start(files.get(current));
    }
  }

  /** Returns whether all lines are wanted, apart from how many. */
  private boolean isPlain() {
    return query.since() == Long.MIN_VALUE
        && query.until() == Long.MAX_VALUE
        && query.streams().size() == LogStream.values().length;
  }

  private boolean isWanted(LogRecord each) {
    return query.streams().contains(each.stream())
        && each.time() >= query.since()
        && each.time() <= query.until();
  }

  @Override
  public boolean next() {
    seen = watch == null ? 0 : watch.seen();
    while (!over) {
      LogRecord next = cursor.next();
      if (next == null) {
        if (!nextFile()) {
          return false;
        }
      } else if (next.time() > query.until()) {
        over = true;
      } else if (show(next)) {
        return true;
      }
    }
    return false;
  }

  private boolean show(LogRecord next) {
    boolean first = !midLine[next.stream().code()];
    midLine[next.stream().code()] = !next.ends();
    if (next.time() <= shown || !isWanted(next)) {
      return false;
    }
    if (skip > 0) {
      skip--;
      return false;
    }
    record = next;
    begins = first;
    return true;
  }

  private boolean nextFile() {
    if (current + 1 < files.size()) {
      files.get(current++).close();
      cursor.start(files.get(current));
      return true;
    }
    return query.follow() && followed();
  }

  /** Looks whether the log goes on in another file, or has been emptied. */
  private boolean followed() {
    OpenFile.Key newest = OpenFile.keyOf(names.linux(), names.newest());
    if (newest == null) {
      return false; // a rotation is under way
    }
    OpenFile last = files.isEmpty() ? null : files.getLast();
    if (last == null || !last.key().equals(newest)) {
      return goOnBehind(last);
    }
    if (last.size() < last.offset()) {
      last.rewind();
      cursor.start(last);
      return true;
    }
    return false;
  }

  private boolean goOnBehind(@Nullable OpenFile last) {
    if (last != null && !leaving) {
      leaving = true; // what was written before the rotation and after our last look
      return true;
    }
    List<OpenFile> later = names.open();
    int known = -1;
    for (int i = 0; i < later.size() && last != null; i++) {
      known = later.get(i).key().equals(last.key()) ? i : known;
    }
    if (last != null && known < 0 && record != null) {
      // It has been compressed or removed; times tell what is new.
      shown = Math.max(shown, record.time());
    }
    later.subList(0, known + 1).forEach(OpenFile::close);
    if (known + 1 == later.size()) {
      return false; // the newest has no name in this moment
    }
    leaving = false;
    files.forEach(OpenFile::close);
    files.clear();
    files.addAll(later.subList(known + 1, later.size()));
    current = 0;
    cursor.start(files.getFirst());
    return true;
  }

  @Override
  public boolean await(long nanos) throws InterruptedException {
    if (over || watch == null) {
      return false;
    }
    long left = nanos;
    if (query.until() != Long.MAX_VALUE) {
      long lasts = query.until() + LATE_NANOS - now();
      over = lasts <= 0;
      left = Math.min(left, lasts);
    }
    over = over || !watch.await(seen, left);
    return !over;
  }

  private static long now() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  private LogRecord record() {
    return Objects.requireNonNull(record, "next has not shown a line");
  }

  @Override
  public MemorySegment bytes() {
    return record().text();
  }

  @Override
  public int offset() {
    return 0;
  }

  @Override
  public int length() {
    return (int) record().text().byteSize();
  }

  @Override
  public LogStream stream() {
    return record().stream();
  }

  @Override
  public long time() {
    return record().time();
  }

  @Override
  public boolean begins() {
    return begins;
  }

  @Override
  public boolean ends() {
    return record().ends();
  }

  @Override
  public Map<String, String> attributes() {
    return record().attributes();
  }

  @Override
  public void close() {
    files.forEach(OpenFile::close);
    files.clear();
    if (watch != null) {
      watch.close();
    }
  }
}
