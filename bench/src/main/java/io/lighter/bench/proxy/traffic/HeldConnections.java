package io.lighter.bench.proxy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Connections that stay while others do something. Of one thread. */
final class HeldConnections implements AutoCloseable {
  /** So many have one source address: there are 28 thousand ports for connections. */
  private static final int PER_ADDRESS = 20_000;

  private static final int SLOW_BUFFER = 4096;
  private static final int SLOW_BYTES = 1000;
  private static final long SLOW_PERIOD_MILLIS = 100;

  private final List<SocketChannel> held = new ArrayList<>();
  private @Nullable Thread reader;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Opens more that do nothing after their first round trip. */
  void hold(InetSocketAddress to, int count) throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(Traffic.MESSAGE);
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      held.add(channel);
      int address = held.size() / PER_ADDRESS;
      if (address > 0) {
        channel.bind(new InetSocketAddress("127.0.1." + address, 0));
      }
      channel.connect(to);
      message.clear();
      while (message.hasRemaining()) {
        channel.write(message);
      }
      message.clear();
      while (message.hasRemaining()) {
        if (channel.read(message) < 0) {
          throw new IOException("held connection " + held.size() + " has ended");
        }
      }
    }
  }

  /** Opens those that take 10 kB a second, by a thread of their own. */
  void takeSlowly(InetSocketAddress from, int count) throws IOException {
    List<SocketChannel> slow = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      held.add(channel);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SLOW_BUFFER);
      channel.connect(from);
      channel.configureBlocking(false);
      slow.add(channel);
    }
    ended.set(false);
    reader = Thread.ofPlatform().daemon().name("slow-readers").start(() -> read(slow));
  }

  private void read(List<SocketChannel> slow) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(SLOW_BYTES);
    try {
      while (!ended.get()) {
        for (SocketChannel channel : slow) {
          buffer.clear();
          if (channel.read(buffer) < 0) {
            throw new IOException("it has ended");
          }
        }
        Thread.sleep(SLOW_PERIOD_MILLIS);
      }
    } catch (IOException e) {
      if (!ended.get()) {
        System.err.println("a connection that is read slowly: " + e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    ended.set(true);
    try {
      if (reader != null) {
        reader.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reader = null;
    for (SocketChannel channel : held) {
      channel.close();
    }
    held.clear();
  }
}
