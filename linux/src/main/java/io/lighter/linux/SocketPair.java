package io.lighter.linux;

/**
 * Two sockets that are connected to each other.
 *
 * @param first one end
 * @param second the other end
 */
public record SocketPair(Fd first, Fd second) implements AutoCloseable {
  @Override
  public void close() {
    first.close();
    second.close();
  }
}
