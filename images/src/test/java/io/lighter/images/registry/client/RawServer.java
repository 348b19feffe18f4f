package io.lighter.images.registry.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A server on loopback that answers with whatever bytes a test wants, one request a connection. */
final class RawServer implements AutoCloseable {
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final List<Head> requests = new CopyOnWriteArrayList<>();
  private final Answer answer;

  /** A request. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Head(String method, String path, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** What the test does about a request. */
  @FunctionalInterface
  interface Answer {
    void write(Head head, OutputStream out) throws IOException;
  }

  RawServer(Answer answer) throws IOException {
    this.answer = answer;
    this.socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    threads.execute(this::accept);
  }

  String domain() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** All that was asked for, but for the look whether there is a registry. */
  List<Head> requests() {
    return requests.stream().filter(head -> !head.path().equals("/v2/")).toList();
  }

  /** Returns the bytes of an answer; its length is that of the body unless a header says other. */
  static byte[] answer(int status, String body, String... headers) {
    return answer(status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  static byte[] answer(int status, byte[] body, String... headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\nConnection: close\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    if (!String.join("\n", headers).contains("Content-Length")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    all.writeBytes(body);
    return all.toByteArray();
  }

  /** Waits until the client has had enough. */
  static void hang(OutputStream out) throws IOException {
    out.flush();
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        open.add(connection);
        start(connection);
      } catch (IOException e) {
        return;
      }
    }
  }

  private void start(Socket connection) throws IOException {
    try {
      threads.execute(() -> serve(connection));
    } catch (RejectedExecutionException e) {
      // close() came between and may have looked at the open ones before this one was there.
      connection.close();
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      Head head = head(connection.getInputStream());
      if (head != null) {
        requests.add(head);
        if (head.path().equals("/v2/")) {
          connection.getOutputStream().write(answer(200, "{}"));
        } else {
          answer.write(head, connection.getOutputStream());
        }
      }
    } catch (IOException e) {
      // The client has gone.
    } finally {
      open.remove(connection);
    }
  }

  /** Reads a request; null for the start of TLS. */
  private static @Nullable Head head(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < 4 || !text.substring(text.length() - 4).equals("\r\n\r\n")) {
      int c = in.read();
      if (c < 0 || (text.isEmpty() && c == 0x16)) {
        return null;
      }
      text.append((char) c);
    }
    String[] lines = text.toString().split("\r\n", -1);
    String[] first = lines[0].split(" ", -1);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      int colon = lines[i].indexOf(':');
      headers.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Head(first[0], first[1], headers, body);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : open) {
      connection.close();
    }
    threads.shutdownNow();
    threads.close();
  }
}
