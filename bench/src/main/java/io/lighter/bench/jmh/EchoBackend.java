package io.lighter.bench.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/**
 * A server of one thread that answers with what it gets; who begins with {@link #BULK} is answered
 * by one byte for each MiB.
 */
final class EchoBackend implements AutoCloseable {
  /** A first byte. */
  static final byte BULK = 1;

  private static final int MIB = 1 << 20;
  private static final int BUFFER = 256 << 10;

  private final Selector selector = Selector.open();
  private final ServerSocketChannel server = ServerSocketChannel.open();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private final InetSocketAddress address;
  private final Thread thread;
  private volatile boolean ended;

  /** What is known of a connection. */
  private static final class Peer {
    private boolean known;
    private boolean bulk;
    private long received;
  }

  EchoBackend() throws IOException {
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    address = (InetSocketAddress) server.getLocalAddress();
    thread = Thread.ofPlatform().daemon().name("backend").start(this::run);
  }

  InetSocketAddress address() {
    return address;
  }

  private void run() {
    try {
      while (!ended) {
        selector.select();
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
          SelectionKey key = keys.next();
          keys.remove();
          if (key.attachment() instanceof Peer peer) {
            serve((SocketChannel) key.channel(), peer);
          } else {
            accept();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the backend of a benchmark", e);
    }
  }

  private void accept() throws IOException {
    for (SocketChannel client = server.accept(); client != null; client = server.accept()) {
      client.configureBlocking(false);
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      client.register(selector, SelectionKey.OP_READ, new Peer());
    }
  }

  private void serve(SocketChannel client, Peer peer) throws IOException {
    buffer.clear();
    int read = client.read(buffer);
    if (read < 0) {
      client.close();
      return;
    }
    buffer.flip();
    if (!peer.known) {
      peer.known = true;
      peer.bulk = buffer.get(0) == BULK;
      peer.received = peer.bulk ? -1 : 0; // the first byte is not of a MiB
    }
    if (peer.bulk) {
      long before = Math.floorDiv(peer.received, MIB);
      peer.received += read;
      buffer.clear().limit((int) (Math.floorDiv(peer.received, MIB) - Math.max(0, before)));
    }
    while (buffer.hasRemaining()) {
      client.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
