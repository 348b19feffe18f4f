package io.lighter.runtime.logs;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a line that was left in a container's pipe, because the rest has not been
 * written yet.
 *
 * <p>It has to be looked after. A write that does not fit beside it fills the pipe and then waits
 * in its middle, and of that the kernel tells a reader only when the pipe was empty before
 * (pipe_write() of fs/pipe.c, Linux 5.5 to 6.18): no event comes. See {@link LeftoverWatch}.
 */
final class Leftover {
  private final StreamSource source;
  private final AtomicBoolean listed = new AtomicBoolean();
  private volatile int bytes;
  private volatile @Nullable ContainerLog log;

  // Of the intake's thread.
  private int lastBytes;
  private long interval;
  private long due;

  Leftover(StreamSource source) {
    this.source = source;
  }

  StreamSource source() {
    return source;
  }

  void of(ContainerLog owner) {
    log = owner;
  }

  ContainerLog log() {
    return Objects.requireNonNull(log);
  }

  /** Says how many bytes are left, perhaps none; returns whether it has to be put on the list. */
  boolean set(int left) {
    if (left != bytes) {
      bytes = left;
    }
    return left > 0 && listed.compareAndSet(false, true);
  }

  int bytes() {
    return bytes;
  }

  /** It is on the list no longer. */
  void unlist() {
    listed.set(false);
    interval = 0;
  }

  boolean isDue(long now) {
    return due - now <= 0;
  }

  long due() {
    return due;
  }

  /** Decides when to look again: later each time that nothing has happened. */
  void lookedAt(long now, int left, long shortest, long longest) {
    boolean same = left == lastBytes && interval > 0;
    interval = same ? Math.min(2 * interval, longest) : shortest;
    lastBytes = left;
    due = now + interval;
  }
}
