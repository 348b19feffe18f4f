package io.lighter.runtime.logs;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What has happened to the log of one container so far. All of it is counted from when the log was
 * added to the pipeline. Safe to read from any thread; one thread at a time writes.
 */
public final class LogCounters {
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong droppedLines = new AtomicLong();
  private final AtomicLong droppedBytes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  LogCounters() {}

  void taken(int length) {
    batches.lazySet(batches.getPlain() + 1);
    bytes.lazySet(bytes.getPlain() + length);
  }

  /**
   * Counts what a sink has taken and then could never keep. Any thread may call it.
   *
   * @param lines that ended in it
   * @param length in bytes
   */
  public void dropped(long lines, long length) {
    droppedLines.addAndGet(lines);
    droppedBytes.addAndGet(length);
  }

  /** Counts that a sink could not keep anything now, or failed. Any thread may call it. */
  public void failed() {
    failures.incrementAndGet();
  }

  /** Returns how many bytes the container wrote that have left its pipes. */
  public long bytes() {
    return bytes.get();
  }

  /** Returns in how many batches they did. */
  public long batches() {
    return batches.get();
  }

  /** Returns how many lines were dropped, by policy or because the sink could never keep them. */
  public long droppedLines() {
    return droppedLines.get();
  }

  /** Returns how many bytes were dropped. */
  public long droppedBytes() {
    return droppedBytes.get();
  }

  /** Returns how often the sink could not keep anything, or failed. */
  public long failures() {
    return failures.get();
  }
}
