package io.lighter.bench.proxy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.Locale;

/** What is behind the balancers, in one thread. */
public final class TrafficServer {
  private static final int BACKLOG = 4096;
  private static final int BUFFER = 256 << 10;

  /** What a port does. */
  public enum Kind {
    /** Answers with what it gets. */
    ECHO,
    /** Takes all. */
    SINK,
    /** Sends as much as is taken. */
    SOURCE;

    /** Returns the argument that asks for such a port at {@code ADDRESS:PORT}. */
    public String at(String address) {
      return name().toLowerCase(Locale.ROOT) + ":" + address;
    }
  }

  private final Selector selector = Selector.open();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

  private TrafficServer() throws IOException {}

  /**
   * Arguments: {@code KIND:ADDRESS:PORT}, any number. Prints a line when it listens at all of them,
   * and runs until its input ends or it is killed.
   */
  public static void main(String[] args) throws IOException {
    TrafficServer server = new TrafficServer();
    for (String port : args) {
      String[] words = port.split(":", -1);
      InetSocketAddress address = new InetSocketAddress(words[1], Integer.parseInt(words[2]));
      server.listen(Kind.valueOf(words[0].toUpperCase(Locale.ROOT)), address);
    }
    Thread.ofPlatform().daemon().name("end").start(TrafficServer::endWithInput);
    System.out.println("ready");
    server.run();
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is said to it.
      }
    } catch (IOException e) {
      // That is an end too.
    }
    Runtime.getRuntime().halt(0);
  }

  private void listen(Kind kind, InetSocketAddress address) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    server.bind(address, BACKLOG);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT, kind);
  }

  private void run() throws IOException {
    while (true) {
      selector.select();
      Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
      while (keys.hasNext()) {
        SelectionKey key = keys.next();
        keys.remove();
        if (key.channel() instanceof ServerSocketChannel server) {
          accept(server, (Kind) key.attachment());
        } else {
          serve((SocketChannel) key.channel(), (Kind) key.attachment());
        }
      }
    }
  }

  private void accept(ServerSocketChannel server, Kind kind) throws IOException {
    int interest = kind == Kind.SOURCE ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    for (SocketChannel client = server.accept(); client != null; client = server.accept()) {
      client.configureBlocking(false);
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      client.register(selector, interest, kind);
    }
  }

  private void serve(SocketChannel client, Kind kind) {
    try {
      buffer.clear();
      if (kind == Kind.SOURCE) {
        client.write(buffer);
      } else if (client.read(buffer) < 0) {
        client.close();
      } else if (kind == Kind.ECHO) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          client.write(buffer); // messages are small: the socket has room
        }
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
