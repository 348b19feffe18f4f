package io.lighter.runtime.logs.driver;

import java.io.IOException;

/** Knows where to connect to. Thread-safe. */
interface Connector {
  /**
   * Connects.
   *
   * @param wait in nanoseconds, at most
   * @throws IOException when nobody is there, or not within the time
   */
  Connection connect(long wait) throws IOException;

  /** Returns the address, for errors. */
  @Override
  String toString();
}
