package io.lighter.runtime.logs.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A receiver on loopback or at a path that reads, or not, or goes away in the middle. */
final class StreamPeer implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Selector selector = Selector.open();
  private final Thread thread;
  private final int mostBytes;
  private final UnaryOperator<byte[]> answer;
  private final List<SocketChannel> connections = new ArrayList<>();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private volatile boolean reads;
  private volatile boolean closed;

  private StreamPeer(
      SocketAddress address, boolean reads, int mostBytes, UnaryOperator<byte[]> answer)
      throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    server =
        unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    if (!unix) {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    }
    server.bind(address);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    this.reads = reads;
    this.mostBytes = mostBytes;
    this.answer = answer;
    thread = Thread.ofPlatform().daemon().name("stream-peer").start(this::run);
  }

  static StreamPeer tcp() throws IOException {
    return tcp(0);
  }

  static StreamPeer tcp(int port) throws IOException {
    return new StreamPeer(loopback(port), true, Integer.MAX_VALUE, StreamPeer::noAnswer);
  }

  static StreamPeer unix(Path path) throws IOException {
    return new StreamPeer(
        UnixDomainSocketAddress.of(path), true, Integer.MAX_VALUE, StreamPeer::noAnswer);
  }

  /** Reads nothing until it is told to. */
  static StreamPeer slow() throws IOException {
    return new StreamPeer(loopback(0), false, Integer.MAX_VALUE, StreamPeer::noAnswer);
  }

  /** Resets each connection after so many bytes. */
  static StreamPeer resetting(int mostBytes) throws IOException {
    return new StreamPeer(loopback(0), true, mostBytes, StreamPeer::noAnswer);
  }

  /** Answers what it reads. */
  static StreamPeer answering(int port, UnaryOperator<byte[]> answer) throws IOException {
    return new StreamPeer(loopback(port), true, Integer.MAX_VALUE, answer);
  }

  private static byte[] noAnswer(byte[] bytes) {
    return new byte[0];
  }

  private static SocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  int port() throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  /** Begins to read. */
  void read() {
    reads = true;
    selector.wakeup();
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    try (selector;
        server) {
      while (!closed) {
        selector.select();
        selector.selectedKeys().clear();
        SocketChannel next = server.accept();
        if (next != null) {
          add(next);
        }
        for (SocketChannel connection : List.copyOf(connections)) {
          if (reads && connection.isOpen()) {
            connection.register(selector, SelectionKey.OP_READ, attachment(connection));
            receive(connection, buffer);
          }
        }
      }
      for (SocketChannel connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void add(SocketChannel connection) throws IOException {
    connection.configureBlocking(false);
    connections.add(connection);
  }

  /** How many bytes of a connection have been read. */
  private int[] attachment(SocketChannel connection) {
    SelectionKey key = connection.keyFor(selector);
    return key == null ? new int[1] : (int[]) key.attachment();
  }

  private void receive(SocketChannel connection, ByteBuffer buffer) throws IOException {
    int[] done = attachment(connection);
    int room = Math.min(buffer.capacity(), mostBytes - done[0]);
    try {
      int read = connection.read(buffer.clear().limit(room));
      if (read < 0) {
        connection.close();
        return;
      }
      byte[] bytes = new byte[read];
      buffer.flip().get(bytes);
      done[0] += read;
      synchronized (this) {
        received.write(bytes);
      }
      if (done[0] == mostBytes) {
        connection.setOption(StandardSocketOptions.SO_LINGER, 0);
        connection.close();
        return;
      }
      connection.write(ByteBuffer.wrap(answer.apply(bytes)));
    } catch (IOException e) {
      connection.close();
    }
  }

  synchronized byte[] received() {
    return received.toByteArray();
  }

  String text() {
    return new String(received(), StandardCharsets.UTF_8);
  }

  synchronized int connections() {
    return connections.size();
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
