package io.lighter.proxy.handover;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Polling;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.linux.Sockets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection between two processes, by which messages go with their sockets. A peer that has
 * ended is no error: kill -9 is one of the ways to end. For the thread that made it.
 */
final class Channel implements AutoCloseable {
  private static final int SLICE = 50;

  private final Sockets sockets;
  private final Polling polling;
  private final Fd connection;
  private final BooleanSupplier givesUp;
  private final Arena arena = Arena.ofConfined();
  private final SocketMessage message;

  /**
   * Makes one.
   *
   * @param connection of SOCK_SEQPACKET; closed with this
   * @param givesUp ends all waiting
   */
  Channel(Linux linux, Fd connection, BooleanSupplier givesUp) {
    this.sockets = linux.sockets();
    this.polling = new Polling(linux);
    this.connection = connection;
    this.givesUp = givesUp;
    this.message = new SocketMessage(arena, Message.MOST_BYTES, SocketMessage.SCM_MAX_FD);
  }

  /**
   * Sends, and waits for room.
   *
   * @return false when the peer has ended
   * @throws IOException when it takes longer than that
   */
  boolean send(Message what, Duration timeout) throws IOException {
    byte[] bytes = what.encode();
    message.clear();
    MemorySegment.copy(bytes, 0, message.data(), JAVA_BYTE, 0, bytes.length);
    message.setLength(bytes.length);
    what.sockets().forEach(message::add);
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      while (sockets.sendmsg(connection, message, SocketFlags.MSG_DONTWAIT) == Sockets.AGAIN) {
        await(Polling.POLLOUT, deadline, timeout);
      }
      return true;
    } catch (LinuxException e) {
      if (isEnd(e)) {
        return false;
      }
      throw new IOException("sockets cannot be handed over: " + e, e);
    }
  }

  /**
   * Waits for what the peer says.
   *
   * @return null when the peer has ended
   * @throws IOException when it takes longer than that, or is none of our messages
   */
  @Nullable Message receive(Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean reset = false;
    while (true) {
      try {
        int received = sockets.recvmsg(connection, message, SocketFlags.MSG_DONTWAIT);
        if (received == 0) {
          return null;
        }
        if (received > 0) {
          return decode();
        }
        await(Polling.POLLIN, deadline, timeout);
      } catch (LinuxException e) {
        // A reset comes before what was sent before it.
        if (!isEnd(e) || reset) {
          throw new IOException("sockets cannot be received: " + e, e);
        }
        reset = true;
      }
    }
  }

  private Message decode() throws IOException {
    List<Fd> came = new ArrayList<>();
    for (int i = 0; i < message.descriptors(); i++) {
      came.add(message.take(i));
    }
    byte[] bytes = message.data().asSlice(0, message.length()).toArray(JAVA_BYTE);
    Message decoded = message.isTruncated() ? null : Message.decode(bytes, came);
    if (decoded == null) {
      came.forEach(Fd::close);
      throw new IOException("the peer is no lighter proxy");
    }
    return decoded;
  }

  private static boolean isEnd(LinuxException e) {
    return e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET;
  }

  private void await(int events, long deadline, Duration timeout) throws IOException {
    while (polling.poll(connection, events, SLICE) == 0) {
      if (givesUp.getAsBoolean()) {
        throw new IOException("this process ends");
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("the peer has not answered in " + timeout.toSeconds() + " seconds");
      }
    }
  }

  @Override
  public void close() {
    message.close();
    connection.close();
    arena.close();
  }
}
