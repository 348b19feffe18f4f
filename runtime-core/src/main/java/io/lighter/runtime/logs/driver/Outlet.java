package io.lighter.runtime.logs.driver;

/**
 * Brings messages to their place. No call waits for longer than some seconds. Used by one thread at
 * a time.
 */
interface Outlet extends AutoCloseable {
  /**
   * Sends messages in their order.
   *
   * @return how many, from the first, need not be offered again; fewer than there are when the
   *     place takes no more for now
   * @throws LogDriverException when the place will never take the first one
   */
  int send(MessageGroup group);

  /** Sends on what is held back, if something is; waits for nothing. */
  default void flush() {}

  /** Lets the place go, after a last try to send what is held back. */
  @Override
  void close();
}
