package io.lighter.bench.proxy.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.bench.proxy.traffic.Order.Mode;
import io.lighter.bench.proxy.traffic.TrafficServer.Kind;
import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client in this JVM, the server in its own. */
// The JDK keeps a socket once the first of a server has been closed.
@LeavesNothing(ignoring = "socket:")
class TrafficTest {
  private static final double SECONDS = 0.2;

  private final Map<Kind, InetSocketAddress> addresses = new EnumMap<>(Kind.class);
  private Process server;

  @BeforeEach
  void start() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                TrafficServer.class.getName()));
    List<ServerSocket> free = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      free.add(socket); // until all are found: one that is closed may be found again
      addresses.put(
          kind, new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort()));
      command.add(kind.at("127.0.0.1:" + socket.getLocalPort()));
    }
    for (ServerSocket socket : free) {
      socket.close();
    }
    server = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(server.inputReader().readLine()).isEqualTo("ready");
  }

  /** Its input ends: it does too, so that nothing is left when a bench is killed. */
  @AfterEach
  void end() throws Exception {
    server.getOutputStream().close();
    assertThat(server.waitFor()).isZero();
  }

  private InetSocketAddress at(Kind kind) {
    return Objects.requireNonNull(addresses.get(kind));
  }

  private Answer run(Mode mode, Kind at, int connections, double rate) throws IOException {
    int port = at(at).getPort();
    Order order = new Order(mode, "127.0.0.1", port, connections, SECONDS, rate);
    try (Traffic traffic = new Traffic(order, () -> false)) {
      return traffic.run();
    }
  }

  @Test
  void shouldCountRoundTripsAndConnections() throws IOException {
    for (Mode mode : List.of(Mode.TURNS, Mode.CONNECTS)) {
      Answer answer = run(mode, Kind.ECHO, 4, 0);

      assertThat(answer.errors()).isZero();
      assertThat(answer.count()).isPositive();
      assertThat(answer.bytes()).isEqualTo(64 * answer.count());
      assertThat(answer.times().getTotalCount()).isPositive();
      assertThat(answer.progress()).hasSizeGreaterThanOrEqualTo(19);
    }
  }

  @Test
  void shouldSendWhatIsDue() throws IOException {
    Answer answer = run(Mode.RATE, Kind.ECHO, 4, 500);

    assertThat(answer.count() * SECONDS).isBetween(1.0, 110.0);
    assertThat(answer.errors()).isZero();
  }

  @Test
  void shouldSendBulk() throws IOException {
    assertThat(run(Mode.BULK, Kind.SINK, 2, 0).bytes()).isPositive();
  }

  @Test
  void shouldCountWhatIsRefused() throws IOException {
    Order order = new Order(Mode.CONNECTS, "127.0.0.1", 1, 2, SECONDS, 0);
    try (Traffic traffic = new Traffic(order, () -> false)) {
      Answer answer = traffic.run();

      assertThat(answer.errors()).isPositive();
      assertThat(answer.count()).isZero();
    }
  }

  @Test
  void shouldHoldConnectionsAndReadSlowly() throws IOException {
    try (HeldConnections held = new HeldConnections()) {
      held.hold(at(Kind.ECHO), 20);
      held.takeSlowly(at(Kind.SOURCE), 5);

      assertThat(run(Mode.TURNS, Kind.ECHO, 2, 0).count()).isPositive();
    }
  }
}
