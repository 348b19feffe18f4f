package io.lighter.proxy.relay;

import io.lighter.linux.Fd;

/**
 * A listening socket that another process may take in this one's place. The loop that it belongs to
 * does what is asked here soon; who wants to be sure asks the relay to settle.
 *
 * <p>For one thread.
 */
public interface OfferedSocket extends AutoCloseable {
  /** Returns a copy of the descriptor, to be handed over; it is closed with this. */
  Fd copy();

  /** Nobody is accepted, and nothing received, any more: who comes waits in the kernel's queue. */
  void pause();

  /** All goes on as before {@link #pause}. */
  void resume();

  /** The socket is another process' now, and its queue is left alone. */
  void release();

  /** Closes the copy. */
  @Override
  void close();
}
