package io.lighter.bench.proxy;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A subject that runs. */
interface Balancer extends AutoCloseable {
  /** Returns where a client has to connect, {@code ADDRESS:PORT}. */
  default String front(Route route) {
    return route.front();
  }

  /** Returns the process through which all bytes go, itself or its children; null for none. */
  default @Nullable Process process() {
    return null;
  }

  /** Returns whether it knows several endpoints of a service, and may be told of others. */
  default boolean chooses() {
    return false;
  }

  /**
   * Has the last endpoint of {@link Route#PAIR} go, or come again, and returns when that holds.
   *
   * @throws UnsupportedOperationException when it does not choose
   */
  default void change(boolean both) throws IOException, InterruptedException {
    throw new UnsupportedOperationException("it knows one endpoint only");
  }

  @Override
  void close() throws IOException;
}
