package io.lighter.proxy.relay;

import io.lighter.linux.Epoll;
import io.lighter.linux.Fd;

/**
 * The listening socket of a loop at an address. While descriptors or memory have run out it rests:
 * its clients wait in the kernel's queue.
 */
final class Listener extends Timer implements Source {
  /** How many are accepted before others have their turn. The rest has an event of its own. */
  private static final int AT_ONCE = 64;

  private static final long REST = 100_000_000;

  private final Worker worker;
  private final Place place;
  private final Fd socket;
  private final int token;

  Listener(Worker worker, Place place, Fd socket) {
    this.worker = worker;
    this.place = place;
    this.socket = socket;
    this.token = worker.loop().register(this);
    worker.loop().watch(socket, Epoll.EPOLLIN, token);
  }

  Place place() {
    return place;
  }

  @Override
  public void ready(int events) {
    for (int i = 0; i < AT_ONCE; i++) {
      switch (worker.accept(place, socket)) {
        case ACCEPTED -> {}
        case NOBODY -> {
          return;
        }
        case EXHAUSTED -> {
          rest();
          return;
        }
      }
    }
  }

  /** Accepts nobody for a tenth of a second. */
  private void rest() {
    worker.loop().rewatch(socket, 0, token);
    worker.loop().schedule(this, worker.loop().now() + REST);
  }

  @Override
  protected void expired() {
    if (socket.isOpen()) {
      worker.loop().rewatch(socket, Epoll.EPOLLIN, token);
    }
  }

  /** Accepts who has come until now, and then nobody. */
  void close() {
    while (worker.accept(place, socket) == Worker.Accepted.ACCEPTED) {
      // Whoever the kernel has told that it is connected is not to be cut off.
    }
    worker.loop().cancel(this);
    socket.close();
    worker.unregisterAtEndOfTurn(token);
  }
}
