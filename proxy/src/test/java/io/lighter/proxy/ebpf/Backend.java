package io.lighter.proxy.ebpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * An endpoint that says its name: to each TCP connection when it comes and to each byte on it, and
 * to each datagram. Both are at the same port.
 */
final class Backend implements AutoCloseable {
  private static final int BACKLOG = 1_000;

  private final byte[] name;
  private final InetSocketAddress address;
  private final ServerSocketChannel tcp = ServerSocketChannel.open();
  private final DatagramChannel udp = DatagramChannel.open();
  private final Selector selector = Selector.open();
  private final ByteBuffer buffer = ByteBuffer.allocate(64);
  private final Thread thread;
  private volatile boolean stopped;

  Backend(String name) throws IOException {
    this(name, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  Backend(String name, InetAddress host) throws IOException {
    this.name = name.getBytes(StandardCharsets.US_ASCII);
    tcp.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    tcp.bind(new InetSocketAddress(host, 0), BACKLOG);
    address = (InetSocketAddress) tcp.getLocalAddress();
    udp.bind(address);
    tcp.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    udp.configureBlocking(false).register(selector, SelectionKey.OP_READ);
    thread = Thread.ofPlatform().name("backend-" + name).start(this::run);
  }

  InetSocketAddress address() {
    return address;
  }

  private void run() {
    try {
      while (!stopped) {
        selector.select();
        Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
        while (ready.hasNext()) {
          handle(ready.next());
          ready.remove();
        }
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(SelectionKey key) throws IOException {
    buffer.clear();
    if (key.channel().equals(tcp)) {
      for (SocketChannel client = tcp.accept(); client != null; client = tcp.accept()) {
        client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        sayName(client);
      }
    } else if (key.channel().equals(udp)) {
      var from = udp.receive(buffer);
      if (from != null) {
        udp.send(ByteBuffer.wrap(name), from);
      }
    } else {
      SocketChannel client = (SocketChannel) key.channel();
      try {
        if (client.read(buffer) < 0) {
          client.close();
        } else {
          sayName(client);
        }
      } catch (IOException e) {
        client.close();
      }
    }
  }

  private void sayName(SocketChannel client) throws IOException {
    try {
      client.write(ByteBuffer.allocate(name.length + 1).put(name).put((byte) '\n').flip());
    } catch (IOException e) {
      client.close();
    }
  }

  @Override
  public void close() {
    stopped = true;
    if (selector.isOpen()) {
      selector.wakeup();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts tests", e);
    }
  }
}
