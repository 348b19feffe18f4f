package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * A stream of TCP or of a Unix path. The channel never blocks; a selector is there only while
 * something is waited for, as most writes find room at once.
 */
final class SocketConnection implements Connection {
  private final SocketChannel channel;

  private SocketConnection(SocketChannel channel) {
    this.channel = channel;
  }

  static SocketConnection connect(SocketAddress address, long wait) throws IOException {
    SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    try {
      channel.configureBlocking(false);
      if (!channel.connect(address)) {
        await(channel, SelectionKey.OP_CONNECT, wait);
        if (!channel.finishConnect()) {
          throw new SocketTimeoutException("no answer within " + millis(wait) + " ms");
        }
      }
      if (!(address instanceof UnixDomainSocketAddress)) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      }
      return new SocketConnection(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public boolean write(ByteBuffer bytes, long wait) throws IOException {
    long end = System.nanoTime() + wait;
    channel.write(bytes);
    while (bytes.hasRemaining()) {
      long left = end - System.nanoTime();
      if (wait == 0 || left <= 0) {
        return false;
      }
      await(channel, SelectionKey.OP_WRITE, left);
      channel.write(bytes);
    }
    return true;
  }

  @Override
  public int read(ByteBuffer into, long wait) throws IOException {
    int read = channel.read(into);
    if (read == 0 && wait > 0) {
      await(channel, SelectionKey.OP_READ, wait);
      read = channel.read(into);
    }
    return read;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // There is nothing of ours left in it: what was written is the kernel's.
      return;
    }
  }

  private static void await(SocketChannel channel, int operation, long wait) throws IOException {
    try (Selector selector = Selector.open()) {
      channel.register(selector, operation);
      selector.select(Math.max(1, millis(wait)));
    }
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
