package io.lighter.proxy.relay;

import io.lighter.linux.Epoll;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.linux.SocketSlot;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The socket of one side of a {@link Connection}: what is known of it, and what came from it and is
 * under way to the other side. Used for one connection after the other.
 */
final class End extends SocketSlot implements Source {
  /** What a socket is watched for. Edge-triggered, so once is enough. */
  static final int EVENTS =
      Epoll.EPOLLIN | Epoll.EPOLLOUT | Epoll.EPOLLRDHUP | Epoll.EPOLLPRI | Epoll.EPOLLET;

  private static final int READABLE =
      Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLHUP | Epoll.EPOLLERR | Epoll.EPOLLPRI;

  private final Connection connection;

  /** There may be something to read, or to be written. */
  boolean readable;

  boolean writable;

  /** The peer sends no more; it may be that some is still to be read. */
  boolean hungUp;

  /** There is an error to be fetched, or it has been. */
  boolean failed;

  /** An urgent byte came once. */
  boolean urgent;

  /** All has been read. */
  boolean ended;

  /** The peer has been told that no more comes. */
  boolean shut;

  /** Bytes that came from here. */
  long bytes;

  /** How many KiB of them came in one go, lately. */
  char streak;

  /** Where {@link #held} bytes are that came from here, if there are any; a pipe also for more. */
  @Nullable MemorySegment chunk;

  @Nullable Pipe pipe;

  /** Where in a chunk the first of them is. */
  char heldFrom;

  int held;

  End(Linux linux, Connection connection) {
    super(linux);
    this.connection = connection;
  }

  /** Makes it as it was before its first connection. */
  void reset() {
    readable = false;
    writable = false;
    hungUp = false;
    failed = false;
    urgent = false;
    ended = false;
    shut = false;
    bytes = 0;
    streak = 0;
    heldFrom = 0;
  }

  @Override
  public void ready(int events) {
    readable |= (events & READABLE) != 0;
    writable |= (events & Epoll.EPOLLOUT) != 0;
    hungUp |= (events & (Epoll.EPOLLRDHUP | Epoll.EPOLLHUP)) != 0;
    urgent |= (events & Epoll.EPOLLPRI) != 0;
    connection.ready(this, (events & Epoll.EPOLLERR) != 0);
  }
}
