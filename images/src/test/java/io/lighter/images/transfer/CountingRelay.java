package io.lighter.images.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a registry, counts what is sent to it, and can stop sending at some point. */
final class CountingRelay implements AutoCloseable {
  private static final int PIECE = 64 * 1024;

  private final InetSocketAddress registry;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final AtomicLong up = new AtomicLong();
  private volatile Rule rule = (sent, piece) -> false;
  private volatile CompletableFuture<Void> stopped = new CompletableFuture<>();

  /** Says before which piece nothing is sent any more. */
  @FunctionalInterface
  interface Rule {
    boolean stops(long sent, String piece);
  }

  CountingRelay(InetSocketAddress registry) throws IOException {
    this.registry = registry;
    this.socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    threads.execute(this::accept);
  }

  String domain() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** How many bytes went to the registry, with the heads of requests. */
  long up() {
    return up.get();
  }

  /** Stops when this many bytes have been sent. */
  CompletableFuture<Void> stopAfter(long bytes) {
    return stopAt((sent, piece) -> sent >= bytes);
  }

  /** Stops before the chunk that begins at an offset. */
  CompletableFuture<Void> stopBeforeChunk(long offset) {
    String header = "content-range: " + offset + "-";
    return stopAt((sent, piece) -> piece.startsWith("patch ") && piece.contains(header));
  }

  private CompletableFuture<Void> stopAt(Rule newRule) {
    stopped = new CompletableFuture<>();
    rule = newRule;
    return stopped;
  }

  /** Sends everything from now on; who was stopped has lost its connection. */
  void letPass() throws IOException {
    rule = (sent, piece) -> false;
    for (Socket one : open) {
      one.close();
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket server = new Socket();
        server.connect(registry);
        open.add(client);
        open.add(server);
        threads.execute(() -> copy(client, server, true));
        threads.execute(() -> copy(server, client, false));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void copy(Socket from, Socket to, boolean upwards) {
    byte[] buffer = new byte[PIECE];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        String text =
            new String(buffer, 0, Math.min(read, 4096), StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT);
        if (upwards && rule.stops(up.get(), text)) {
          stopped.complete(null);
          waitForTheEnd(in);
          return;
        }
        out.write(buffer, 0, read);
        if (upwards) {
          up.addAndGet(read);
        }
      }
    } catch (IOException e) {
      // One of them has gone.
    }
  }

  private static void waitForTheEnd(InputStream in) throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket one : open) {
      one.close();
    }
    threads.close();
  }
}
