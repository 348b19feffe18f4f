package io.lighter.proxy.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A relay whose JVM never frees what it has allocated: it ends when 64 MB are full. Here are its
 * clients and its endpoint. {@link #main} is the run that the figures of docs/decisions/relay.md
 * come from.
 */
@Timeout(1200)
@ExtendWith(JdkSockets.class)
@LeavesNothing(
    except = {Resource.CGROUP, Resource.NETWORK_NAMESPACE},
    ignoring = "eventpoll")
class EpsilonTest {
  private static final int HALF = 500_000;
  private static final int CLIENTS = 32;
  private static final int SIZE = 64;

  /** After so many a client connects anew. */
  private static final int PER_CONNECTION = 1_000;

  @Test
  void shouldServeAMillionRequestsThoughNothingIsFreed() throws Exception {
    long[] used = usedAfterEach(2, HALF);
    assertThat(used[1] - used[0]).as("less than a byte a request").isLessThan(HALF);
  }

  /** Ten million requests, or as many millions as the argument says. */
  public static void main(String[] arguments) throws Exception {
    int millions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    long[] used = usedAfterEach(millions, 1_000_000);
    System.out.println("bytes of the heap in use after each million: " + Arrays.toString(used));
  }

  /** Returns what is used of the relay's heap after so many rounds of requests. */
  private static long[] usedAfterEach(int rounds, int requests) throws Exception {
    int port = Rig.freePort().getPort();
    long[] used = new long[rounds];
    Selector selector = Selector.open(); // its end is the end of the echo
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
      Thread echo = Thread.ofPlatform().name("echo").start(() -> echo(selector, server));
      Process relay = start(port, server.socket().getLocalPort());
      try (BufferedReader said = relay.inputReader();
          OutputStream asks = relay.getOutputStream()) {
        assertThat(said.readLine()).isEqualTo("ready []");
        for (int round = 0; round < rounds; round++) {
          request(port, requests);
          used[round] = used(said, asks);
        }
        return used;
      } finally {
        relay.destroyForcibly().waitFor();
        selector.close();
        echo.join();
      }
    }
  }

  private static Process start(int port, int endpoint) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:+UseEpsilonGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            EpsilonRelay.class.getName(),
            Integer.toString(port),
            Integer.toString(endpoint))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static long used(BufferedReader said, OutputStream asks) throws IOException {
    asks.write("\n".getBytes(UTF_8));
    asks.flush();
    return Long.parseLong(said.readLine());
  }

  /** Sends back what comes, until the selector is closed. */
  private static void echo(Selector selector, ServerSocketChannel server) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
    try {
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      while (true) {
        selector.select(key -> answer(selector, server, key, buffer));
      }
    } catch (ClosedSelectorException | IOException e) {
      // It is over.
    }
  }

  private static void answer(
      Selector selector, ServerSocketChannel server, SelectionKey key, ByteBuffer buffer) {
    try {
      if (key.isAcceptable()) {
        SocketChannel accepted = server.accept();
        if (accepted != null) {
          accepted.configureBlocking(false);
          accepted.register(selector, SelectionKey.OP_READ);
        }
        return;
      }
      SocketChannel channel = (SocketChannel) key.channel();
      buffer.clear();
      if (channel.read(buffer) < 0) {
        channel.close();
        return;
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client that has one request under way. */
  private static final class Client {
    private final InetSocketAddress to;
    private final Selector selector;
    private int left;
    private int missing;

    Client(InetSocketAddress to, Selector selector, int requests) throws IOException {
      this.to = to;
      this.selector = selector;
      this.left = requests;
      connect();
    }

    private void connect() throws IOException {
      SocketChannel channel = SocketChannel.open(to);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
      ask(channel);
    }

    private void ask(SocketChannel channel) throws IOException {
      missing = SIZE;
      assertThat(channel.write(ByteBuffer.allocate(SIZE))).isEqualTo(SIZE);
    }

    /** Returns how many requests have ended: 0 or 1. */
    int read(SocketChannel channel, ByteBuffer buffer) throws IOException {
      buffer.clear();
      int read = channel.read(buffer);
      assertThat(read).isBetween(0, missing);
      missing -= read;
      if (missing > 0) {
        return 0;
      }
      left--;
      if (left == 0 || left % PER_CONNECTION == 0) {
        channel.close();
        if (left > 0) {
          connect();
        }
      } else {
        ask(channel);
      }
      return 1;
    }
  }

  private static void request(int port, int count) throws IOException {
    InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE * 2);
    int[] done = {0};
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < CLIENTS; i++) {
        assertThat(new Client(to, selector, count / CLIENTS).left).isPositive();
      }
      while (done[0] < count / CLIENTS * CLIENTS) {
        selector.select(
            key -> {
              try {
                Client client = (Client) key.attachment();
                done[0] += client.read((SocketChannel) key.channel(), buffer);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
      }
    }
  }
}
