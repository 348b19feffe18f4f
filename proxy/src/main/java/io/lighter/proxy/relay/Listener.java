package io.lighter.proxy.relay;

import io.lighter.linux.Connections;
import io.lighter.linux.Epoll;
import io.lighter.linux.Fd;

/**
 * A listening socket of a loop at an address. While descriptors or memory have run out it rests,
 * and while another process has the socket too it is held: its clients wait in the kernel's queue.
 */
final class Listener extends Timer implements Source {
  /** How many are accepted before others have their turn. The rest has an event of its own. */
  private static final int AT_ONCE = 64;

  private static final long REST = 100_000_000;

  private final Worker worker;
  private final Place place;
  private final Fd socket;
  private final int token;
  private boolean held;

  /**
   * Makes one.
   *
   * @param held whether it accepts nobody until it is told to
   */
  Listener(Worker worker, Place place, Fd socket, boolean held) {
    this.worker = worker;
    this.place = place;
    this.socket = socket;
    this.held = held;
    this.token = worker.loop().register(this);
    worker.loop().watch(socket, held ? 0 : Epoll.EPOLLIN, token);
  }

  Place place() {
    return place;
  }

  Fd socket() {
    return socket;
  }

  /** Accepts nobody for now. */
  void hold() {
    if (socket.isOpen()) {
      held = true;
      worker.loop().cancel(this);
      worker.loop().rewatch(socket, 0, token);
    }
  }

  /** Accepts who comes, and who waits. */
  void begin() {
    if (socket.isOpen()) {
      held = false;
      worker.loop().rewatch(socket, Epoll.EPOLLIN, token);
    }
  }

  @Override
  public void ready(int events) {
    if (held || !socket.isOpen()) {
      return;
    }
    int waiting = worker.linux().connections().waiting(socket);
    int most = Connections.isError(waiting) ? AT_ONCE : Math.min(waiting, AT_ONCE);
    for (int i = 0; i < most; i++) {
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
    if (!held) {
      begin();
    }
  }

  /** Accepts who has come until now, and then nobody. */
  void close() {
    while (!held && worker.accept(place, socket) == Worker.Accepted.ACCEPTED) {
      // Whoever the kernel has told that it is connected is not to be cut off.
    }
    release();
  }

  /** Accepts nobody any more, and leaves who waits to the process that has the socket too. */
  void release() {
    worker.loop().cancel(this);
    // A copy elsewhere would keep what is closed here in the set: epoll(7), "Questions and
    // answers".
    worker.loop().unwatch(socket);
    socket.close();
    worker.unregisterAtEndOfTurn(token);
  }
}
