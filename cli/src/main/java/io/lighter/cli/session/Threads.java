package io.lighter.cli.session;

/** Waiting for the threads of a session, which nobody interrupts for a reason. */
final class Threads {
  private Threads() {}

  /** Waits until a thread has ended. */
  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
