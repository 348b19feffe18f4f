package io.lighter.bench.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/** What is behind the balancers: a port that answers with what it gets, and one that takes all. */
public final class TrafficServer {
  private static final int BACKLOG = 4096;
  private static final int BUFFER = 256 << 10;

  private TrafficServer() {}

  /** Arguments: the port that answers, and the one that takes. Runs until it is killed. */
  public static void main(String[] args) throws IOException {
    Selector selector = Selector.open();
    listen(selector, Integer.parseInt(args[0]), true);
    listen(selector, Integer.parseInt(args[1]), false);
    System.out.println("ready");
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    while (true) {
      selector.select();
      Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
      while (keys.hasNext()) {
        SelectionKey key = keys.next();
        keys.remove();
        if (key.channel() instanceof ServerSocketChannel server) {
          accept(selector, server, key);
        } else {
          serve(key, buffer);
        }
      }
    }
  }

  private static void listen(Selector selector, int port, boolean answers) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT, answers);
  }

  private static void accept(Selector selector, ServerSocketChannel server, SelectionKey key)
      throws IOException {
    SocketChannel client = server.accept();
    while (client != null) {
      client.configureBlocking(false);
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      client.register(selector, SelectionKey.OP_READ, key.attachment());
      client = server.accept();
    }
  }

  private static void serve(SelectionKey key, ByteBuffer buffer) {
    SocketChannel client = (SocketChannel) key.channel();
    try {
      buffer.clear();
      if (client.read(buffer) < 0) {
        client.close();
        return;
      }
      buffer.flip();
      while (Boolean.TRUE.equals(key.attachment()) && buffer.hasRemaining()) {
        client.write(buffer); // messages are small: the socket has room
      }
    } catch (IOException e) {
      try {
        client.close();
      } catch (IOException again) {
        // It is closed all the same.
      }
    }
  }
}
