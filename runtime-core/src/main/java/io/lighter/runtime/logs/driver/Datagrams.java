package io.lighter.runtime.logs.driver;

/** Sends datagrams to one place. Used by one thread at a time. */
interface Datagrams extends AutoCloseable {
  /**
   * Sends one.
   *
   * @return false when there is no room for it now, or nobody to take it
   * @throws LogDriverException when it can never be sent
   */
  boolean send(byte[] bytes, int offset, int length);

  @Override
  void close();
}
