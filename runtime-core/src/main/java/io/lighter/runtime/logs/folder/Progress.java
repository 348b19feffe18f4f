package io.lighter.runtime.logs.folder;

/** Tells who follows a log when there may be more of it. Thread-safe. */
public interface Progress {
  /** Returns how far it is; asked before one looks whether there is something to read. */
  int seen();

  /**
   * Waits until the log may be further than that. It does not pin a virtual thread.
   *
   * @param nanos how long at most
   * @return false when nothing will come any more: all was there at {@code seen}, and nobody writes
   */
  boolean await(int seen, long nanos) throws InterruptedException;
}
