package io.lighter.proxy.relay;

import io.lighter.proxy.service.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that says its one-letter name to who connects, and then sends back what comes. */
final class EchoServer implements AutoCloseable {
  private final ServerSocket socket;
  private final char name;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  final AtomicInteger accepted = new AtomicInteger();

  EchoServer(char name) throws IOException {
    this(name, 0);
  }

  EchoServer(char name, int port) throws IOException {
    this.name = name;
    this.socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    start(this::accept);
  }

  private void start(Runnable work) {
    Thread thread = new Thread(work, "echo-" + name);
    threads.add(thread);
    thread.start();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  Endpoint endpoint() {
    return new Endpoint(address());
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        open.add(client);
        accepted.incrementAndGet();
        start(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      client.getOutputStream().write(name);
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // Reset, or closed.
    } finally {
      open.remove(client);
      threads.remove(Thread.currentThread());
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket client : open) {
      client.close();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
