package io.lighter.bench.jmh;

/** Starts one thing at a time. Not safe for use by several threads. */
interface Starter extends AutoCloseable {

  /** Returns when its execve has succeeded. */
  void start();

  /** Waits for the end of what was started and removes all that it had. */
  void end();

  @Override
  void close();
}
