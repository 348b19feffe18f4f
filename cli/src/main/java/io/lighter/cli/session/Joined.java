package io.lighter.cli.session;

import io.lighter.runtime.Container;

/** A container that has been started and joined to our standard streams. */
interface Joined extends AutoCloseable {
  /** Returns the container. */
  Container container();

  /** Returns what is due when the size of our window may have changed. */
  Runnable window();

  /** Waits until everything that the container has written is out; it must have ended. */
  void drain();

  /** Gives our terminal back and closes what is ours; the container stays as it is. */
  @Override
  void close();
}
