package io.lighter.runtime.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The log of one container while it is in a {@link LogPipeline}.
 *
 * <p>Thread-safe. One thread at a time works on it, whichever comes first; see {@link Worker}.
 */
public final class ContainerLog implements AutoCloseable {
  private static final long GLANCE_NANOS = 50_000;

  private final String id;
  private final byte[] encodedId;
  private final StreamSource[] sources;
  private final LogSink sink;
  private final LogClock clock;
  private final LogCounters counters;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicBoolean worked = new AtomicBoolean();
  private final Schedule schedule;
  private final Taps taps = new Taps();
  private volatile boolean closing;
  private @Nullable Lane lane;

  ContainerLog(
      Schedule schedule,
      String id,
      LogSources sources,
      LogSink sink,
      LogClock clock,
      LogCounters counters) {
    this.schedule = schedule;
    this.id = id;
    this.encodedId = id.getBytes(UTF_8);
    if (encodedId.length > CommitPoint.LONGEST_ID) {
      throw new IllegalArgumentException("the id of a container is too long: " + id);
    }
    this.sources = sources.streams().toArray(StreamSource[]::new);
    this.sink = sink;
    this.clock = clock;
    this.counters = counters;
  }

  /** Returns the container's id, as it was given. */
  public String id() {
    return id;
  }

  /** Returns what has happened so far. */
  public LogCounters counters() {
    return counters;
  }

  /** Returns what has happened so far, all of it at about one time. */
  public LogStatistics statistics() {
    return LogStatistics.of(counters);
  }

  /**
   * Returns what is completed once all that the container wrote is with the sink, and this is
   * closed: when nobody has its streams open any more, or after {@link #finish} or {@link #close}.
   */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /**
   * Takes what is in the pipes now, and then ends, though somebody may still have their other ends:
   * a process that the container has left behind elsewhere.
   */
  public void finish() {
    for (StreamSource source : sources) {
      source.end();
    }
    schedule.announce(this);
  }

  /**
   * Ends without taking anything more. What is in the pipes stays there, for whoever else has their
   * reading ends open. Returns at once; {@link #ended} tells when it is so.
   */
  @Override
  public void close() {
    closing = true;
    schedule.announce(this);
  }

  /**
   * Does something with the sink while nobody gives it anything, such as opening its file again.
   * Waits for who is at it, even when that takes long.
   */
  public void exclusively(Runnable action) {
    while (!begin()) {
      LockSupport.parkNanos(GLANCE_NANOS);
    }
    try {
      action.run();
    } finally {
      end();
    }
    if (hasReady()) {
      schedule.announce(this);
    }
  }

  /**
   * Shows a tap what the container writes from now on; not the beginning of a line that is waiting
   * for its end. A log that is over closes it at once. Waits as {@link #exclusively} does.
   */
  public void attach(LogTap tap) {
    exclusively(
        () -> {
          if (isOver()) {
            tap.close();
          } else {
            taps.attach(tap, this::resume);
          }
        });
  }

  /** Shows a tap nothing any more, and closes it. Waits as {@link #exclusively} does. */
  public void detach(LogTap tap) {
    exclusively(() -> taps.detach(tap));
    resume();
  }

  /** A tap has room again. */
  private void resume() {
    schedule.announce(this);
  }

  /** Shows a tap all that the container writes. Before the pipeline has begun with the log. */
  void attachFirst(LogTap tap) {
    taps.attach(tap, this::resume);
  }

  Taps taps() {
    return taps;
  }

  /** Says which lane it is in. Of the intake's thread, as {@link #lane}. */
  void setLane(Lane assigned) {
    lane = assigned;
  }

  Lane lane() {
    return Objects.requireNonNull(lane);
  }

  byte[] encodedId() {
    return encodedId;
  }

  StreamSource[] sources() {
    return sources;
  }

  LogSink sink() {
    return sink;
  }

  LogClock clock() {
    return clock;
  }

  boolean isClosing() {
    return closing;
  }

  /** Begins to work on it; returns false when another thread does. */
  boolean begin() {
    return worked.compareAndSet(false, true);
  }

  /** Works on it no longer. */
  void end() {
    worked.set(false);
  }

  /** Returns whether a stream has something to take that nobody has begun to take. */
  boolean hasReady() {
    for (StreamSource source : sources) {
      if (source.isReady()) {
        return true;
      }
    }
    return false;
  }

  /** Has a leftover looked after. */
  void watch(Leftover leftover, int bytes) {
    if (leftover.set(bytes)) {
      schedule.watch(leftover, this);
    }
  }

  boolean isOver() {
    return ended.isDone();
  }

  /** Lets go of everything. Whoever works on it calls this. */
  void finishAll() {
    for (StreamSource source : sources) {
      source.finish();
    }
    taps.close();
    try {
      sink.close();
    } finally {
      schedule.forget(this);
      ended.complete(null);
    }
  }
}
