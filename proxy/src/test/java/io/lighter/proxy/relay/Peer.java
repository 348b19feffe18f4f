package io.lighter.proxy.relay;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A side of a connection that does what its schedule says and notes what it sees. */
public final class Peer {
  /**
   * What a side sees of the other.
   *
   * @param received bytes
   * @param intact whether they were the first that the other sent
   * @param reset whether its connection was reset; else it saw the end of the stream
   */
  public record Outcome(long received, boolean intact, boolean reset) {}

  private final SocketChannel channel;
  private final Schedule.Side side;
  private final long otherStream;
  private final boolean exact;
  private volatile @Nullable Peer other;
  private volatile long received;
  private volatile boolean intact = true;
  private volatile boolean reset;
  private volatile boolean gone;

  /** Makes one side. */
  public Peer(SocketChannel channel, Schedule.Side side, long otherStream, boolean exact) {
    this.channel = channel;
    this.side = side;
    this.otherStream = otherStream;
    this.exact = exact;
  }

  /** Runs both and returns what the client saw, then what the server saw. */
  public static Outcome[] run(ExecutorService threads, Peer client, Peer server) throws Exception {
    client.other = server;
    server.other = client;
    Future<?>[] all = {
      threads.submit(client::read),
      threads.submit(server::read),
      threads.submit(client::write),
      threads.submit(server::write)
    };
    for (Future<?> one : all) {
      one.get();
    }
    client.channel.close();
    server.channel.close();
    return new Outcome[] {client.outcome(), server.outcome()};
  }

  private Outcome outcome() {
    return new Outcome(received, intact, reset);
  }

  /** Returns a byte of a stream. */
  static byte at(long stream, long position) {
    long z = (stream ^ (position >>> 3)) * 0xbf58476d1ce4e5b9L;
    return (byte) ((z ^ (z >>> 29)) >>> (8 * (position & 7)));
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocate(side.readSize());
    long position = 0;
    try {
      while (true) {
        buffer.clear();
        int read = channel.read(buffer);
        if (read < 0) {
          return;
        }
        for (int i = 0; i < read; i++) {
          if (buffer.get(i) != at(otherStream, position + i)) {
            intact = false;
          }
        }
        position += read;
        received = position;
        pause(side.readPause());
      }
    } catch (IOException e) {
      reset |= !gone;
    }
  }

  private void write() {
    try {
      long position = 0;
      for (int step : side.steps()) {
        if (step < 0) {
          pause(-step);
          continue;
        }
        ByteBuffer bytes = ByteBuffer.allocate(step);
        for (int i = 0; i < step; i++) {
          bytes.put(at(side.stream(), position + i));
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        position += step;
      }
      if (side.resets()) {
        Peer to = Objects.requireNonNull(other);
        while (exact && to.received < position && !to.reset) {
          pause(100);
        }
        gone = true;
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
      } else {
        channel.shutdownOutput();
      }
    } catch (IOException e) {
      reset |= !gone;
    }
  }

  private static void pause(int micros) {
    if (micros > 0) {
      LockSupport.parkNanos(micros * 1_000L);
    }
  }
}
