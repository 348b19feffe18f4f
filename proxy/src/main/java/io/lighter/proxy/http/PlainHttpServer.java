package io.lighter.proxy.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers at one address, each client by a virtual thread of its own: one that sends half a
 * request, or does not read its answer, keeps no other waiting.
 */
public final class PlainHttpServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService clients;

  private PlainHttpServer(HttpServer server, ExecutorService clients) {
    this.server = server;
    this.clients = clients;
  }

  /**
   * Serves.
   *
   * @param path at which, and below which, the handler answers; other paths are not found
   * @param handler has to be thread-safe
   * @throws IOException when the address cannot be had
   */
  public static PlainHttpServer start(InetSocketAddress address, String path, HttpHandler handler)
      throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(clients);
    server.createContext(path, handler);
    server.start();
    return new PlainHttpServer(server, clients);
  }

  /** Returns where it is. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Answers nobody any more. */
  @Override
  public void close() {
    server.stop(0);
    clients.shutdownNow();
  }
}
