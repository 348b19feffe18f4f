package io.lighter.proxy.thread;

/** Waits for threads that have been told to end. */
public final class ThreadEnd {
  private ThreadEnd() {}

  /**
   * Waits until a thread has ended, whose descriptors and memory are to be closed afterwards. An
   * interrupt does not cut it short; the caller finds it set.
   */
  public static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
