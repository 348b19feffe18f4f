package io.lighter.proxy.relay;

/** What an {@link EventLoop} watches a descriptor for. Called by the loop's thread only. */
public interface Source {
  /**
   * Something has happened to the descriptor.
   *
   * @param events EPOLL bits of {@link io.lighter.linux.Epoll}; 0 when the source itself asked to
   *     be called again
   */
  void ready(int events);
}
