package io.lighter.proxy.udp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.lighter.linux.Linux;
import io.lighter.proxy.relay.Binding;
import io.lighter.proxy.service.AddressRange;
import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Ejection;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Limits;
import io.lighter.proxy.service.NoEndpoint;
import io.lighter.proxy.service.ProxyHeaders;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Timeouts;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class UdpRelayTest {
  private static final int SOON = 10_000;
  private static final int NEVER = 300;

  private final UdpRelay relay = UdpRelay.open(Linux.kernel(), 2, Binding.FREE);
  private final List<AutoCloseable> open = new ArrayList<>();

  /** Answers each datagram with its name and what came. */
  private final class EchoServer {
    private final String name;
    private final DatagramSocket socket;
    private final Thread thread;
    private final Set<InetSocketAddress> clients = new HashSet<>();

    EchoServer(String name, String address) throws IOException {
      this.name = name;
      this.socket = new DatagramSocket(new InetSocketAddress(address(address), 0));
      this.thread = Thread.ofPlatform().name("echo-" + name).start(this::run);
      open.add(this::end);
    }

    private void run() {
      byte[] buffer = new byte[65_507];
      try {
        while (true) {
          DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
          socket.receive(packet);
          clients.add((InetSocketAddress) packet.getSocketAddress());
          byte[] answer = (name + text(packet)).getBytes(UTF_8);
          if (packet.getLength() > 1000) {
            answer = Arrays.copyOf(packet.getData(), packet.getLength());
          }
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // It is closed.
      }
    }

    Endpoint endpoint() {
      return new Endpoint((InetSocketAddress) socket.getLocalSocketAddress());
    }

    void end() throws InterruptedException {
      socket.close();
      thread.join();
    }
  }

  /** The JDK keeps a socket of its own from the first on. */
  @BeforeAll
  static void warmUp() throws IOException {
    free("127.0.0.1");
  }

  @AfterEach
  void close() throws Exception {
    relay.close();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static InetAddress address(String literal) throws IOException {
    return InetAddress.getAllByName(literal)[0];
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), packet.getOffset(), packet.getLength(), UTF_8);
  }

  /** An address that nobody has at the moment. */
  private static InetSocketAddress free(String address) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address(address), 0))) {
      // The JDK tells :: where 0.0.0.0 was asked for.
      return new InetSocketAddress(address(address), socket.getLocalPort());
    }
  }

  private static ServiceTable table(
      InetSocketAddress at, Behaviour behaviour, Endpoint... endpoints) {
    return new ServiceTable(
        List.of(
            new Service(
                "dns", List.of(new Frontend(Transport.UDP, at)), List.of(endpoints), behaviour)));
  }

  private DatagramSocket client(InetSocketAddress to) throws IOException {
    DatagramSocket client = new DatagramSocket();
    open.add(client);
    client.connect(to);
    client.setSoTimeout(SOON);
    return client;
  }

  private static String ask(DatagramSocket client, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    client.send(new DatagramPacket(bytes, bytes.length));
    DatagramPacket answer = new DatagramPacket(new byte[65_507], 65_507);
    client.receive(answer);
    return text(answer);
  }

  private static void assertNoAnswer(DatagramSocket client, String text) throws IOException {
    client.setSoTimeout(NEVER);
    assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(client, text));
    client.setSoTimeout(SOON);
  }

  private UdpStatistics statistics() {
    return Objects.requireNonNull(relay.statistics().get("dns"));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1, 127.0.0.1",
    "0.0.0.0, 127.0.0.7, 127.0.0.1",
    "::1, ::1, 127.0.0.1",
    "::, ::1, ::1",
    "127.0.0.1, 127.0.0.1, ::1"
  })
  @LeavesNothing
  void shouldPassDatagramsAndAnswers(String listen, String ask, String serve) throws Exception {
    EchoServer server = new EchoServer("a:", serve);
    InetSocketAddress at = free(listen);
    assertThat(relay.apply(table(at, Behaviour.DEFAULT, server.endpoint()))).isEmpty();
    InetSocketAddress to = new InetSocketAddress(address(ask), at.getPort());
    for (int i = 0; i < 20; i++) {
      assertThat(ask(client(to), "hello " + i)).isEqualTo("a:hello " + i);
    }
    DatagramSocket client = client(to);
    assertThat(ask(client, "x")).isEqualTo("a:x");
    String large = "x".repeat(60_000);
    assertThat(ask(client, large)).isEqualTo(large);
    assertThat(statistics()).isEqualTo(new UdpStatistics(21, 21, 22, 60_151, 22, 60_193, 0, 0));
  }

  @Test
  @LeavesNothing
  void shouldKeepAClientAtItsEndpoint() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    EchoServer b = new EchoServer("b", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    relay.apply(table(at, Behaviour.DEFAULT, a.endpoint(), b.endpoint()));
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 10; i++) {
      DatagramSocket client = client(at);
      String first = ask(client, "x");
      for (int j = 0; j < 5; j++) {
        assertThat(ask(client, "x")).isEqualTo(first);
      }
      counts.merge(first, 1, Integer::sum);
    }
    assertThat(counts).containsEntry("ax", 5).containsEntry("bx", 5);
    assertThat(a.clients).hasSize(5);
  }

  /**
   * What kube-proxy's tables got wrong for years: a client that goes on must not talk to nobody.
   */
  @Test
  @LeavesNothing
  void shouldLeaveNoFlowAtAnEndpointThatIsGone() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    EchoServer b = new EchoServer("b", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    relay.apply(table(at, Behaviour.DEFAULT, a.endpoint()));
    DatagramSocket client = client(at);
    assertThat(ask(client, "1")).isEqualTo("a1");
    relay.apply(table(at, Behaviour.DEFAULT, b.endpoint()));
    assertThat(ask(client, "2")).isEqualTo("b2");
    relay.apply(table(at, Behaviour.DEFAULT, a.endpoint(), b.endpoint()));
    assertThat(ask(client, "3")).isEqualTo("b3");
    assertThat(statistics().open()).isEqualTo(1);
  }

  @Test
  @LeavesNothing
  void shouldLetFlowsOfADrainingEndpointGoOnForAWhile() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    EchoServer b = new EchoServer("b", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    relay.apply(table(at, Behaviour.DEFAULT, a.endpoint()));
    DatagramSocket client = client(at);
    assertThat(ask(client, "1")).isEqualTo("a1");
    Endpoint draining = new Endpoint(a.endpoint().address(), 1, true);
    relay.apply(table(at, Behaviour.DEFAULT, draining, b.endpoint()));
    assertThat(ask(client, "2")).isEqualTo("a2");
    assertThat(ask(client(at), "other")).isEqualTo("bother");
    Duration drain = Duration.ofMillis(200);
    Timeouts timeouts =
        new Timeouts(Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(1), drain);
    relay.apply(table(at, Behaviour.DEFAULT.with(timeouts), draining, b.endpoint()));
    await().untilAsserted(() -> assertThat(ask(client, "3")).isEqualTo("b3"));
  }

  @Test
  @LeavesNothing
  void shouldEndFlowsThatNobodyUses() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    Timeouts timeouts =
        new Timeouts(Duration.ofSeconds(1), Duration.ZERO, Duration.ofMillis(50), Duration.ZERO);
    relay.apply(table(at, Behaviour.DEFAULT.with(timeouts), a.endpoint()));
    for (int i = 0; i < 50; i++) {
      ask(client(at), "x");
    }
    await().until(() -> statistics().open() == 0);
    assertThat(statistics().flows()).isEqualTo(50);
  }

  @Test
  @LeavesNothing
  void shouldGoToAnotherWhenAnEndpointIsNotThere() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    Endpoint nobody = new Endpoint(free("127.0.0.1"));
    InetSocketAddress at = free("127.0.0.1");
    Behaviour behaviour = Behaviour.DEFAULT.with(new Ejection(1, Duration.ofMinutes(1)));
    relay.apply(table(at, behaviour, nobody, a.endpoint()));
    for (int i = 0; i < 6; i++) {
      DatagramSocket client = client(at);
      client.setSoTimeout(100);
      await().ignoreExceptions().until(() -> ask(client, "x").equals("ax"));
    }
    assertThat(statistics().unreachable()).isEqualTo(1);
  }

  @Test
  @LeavesNothing
  void shouldTellByIcmpThatNobodyIsThere() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    relay.apply(table(at, Behaviour.DEFAULT));
    DatagramSocket client = client(at);
    assertThatExceptionOfType(PortUnreachableException.class).isThrownBy(() -> ask(client, "x"));
    relay.apply(table(at, Behaviour.DEFAULT, a.endpoint()));
    assertThat(ask(client(at), "x")).isEqualTo("ax");
    relay.apply(table(at, Behaviour.DEFAULT.with(NoEndpoint.DROP)));
    assertNoAnswer(client(at), "x");
    assertThat(statistics().dropped()).isEqualTo(1);
    relay.apply(ServiceTable.EMPTY);
    DatagramSocket last = client(at);
    assertThatExceptionOfType(PortUnreachableException.class).isThrownBy(() -> ask(last, "x"));
  }

  /** Once a client is known. What is counted is all that the loops' threads have allocated. */
  @Test
  void shouldAllocateNothingForADatagram() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    relay.apply(table(at, Behaviour.DEFAULT, a.endpoint()));
    DatagramSocket client = client(at);
    for (int i = 0; i < 20_000; i++) {
      ask(client, "x"); // the compilers have their time
    }
    long before = allocatedByLoops();
    int count = 5_000;
    for (int i = 0; i < count; i++) {
      ask(client, "x");
    }
    assertThat((allocatedByLoops() - before) / count).isZero();
  }

  private static long allocatedByLoops() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("udp-loop-")) {
        bytes += threads.getThreadAllocatedBytes(thread.threadId());
      }
    }
    return bytes;
  }

  @Test
  @LeavesNothing
  void shouldKeepToLimitsAndSources() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    relay.apply(table(at, Behaviour.DEFAULT.with(new Limits(2, 0, 0, 0)), a.endpoint()));
    ask(client(at), "1");
    DatagramSocket second = client(at);
    ask(second, "2");
    assertNoAnswer(client(at), "3");
    assertThat(ask(second, "4")).isEqualTo("a4");
    relay.apply(table(at, Behaviour.DEFAULT.with(new Limits(0, 0, 1, 1)), a.endpoint()));
    ask(client(at), "5");
    assertNoAnswer(client(at), "6");
    AddressRange others = new AddressRange(address("10.0.0.0"), 8);
    relay.apply(table(at, Behaviour.DEFAULT.withSources(List.of(others)), a.endpoint()));
    assertNoAnswer(client(at), "7");
    AddressRange us = new AddressRange(address("127.0.0.0"), 8);
    relay.apply(table(at, Behaviour.DEFAULT.withSources(List.of(others, us)), a.endpoint()));
    assertThat(ask(client(at), "8")).isEqualTo("a8");
  }

  @ParameterizedTest
  @EnumSource(Balancing.class)
  @LeavesNothing
  void shouldBalanceByEachRule(Balancing balancing) throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    EchoServer b = new EchoServer("b", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    Endpoint none = new Endpoint(free("127.0.0.1"), 0, false);
    relay.apply(table(at, Behaviour.DEFAULT.with(balancing), a.endpoint(), none, b.endpoint()));
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      answers.add(ask(client(at), "x"));
    }
    // By the client's address all go to one here.
    assertThat(answers).hasSize(balancing == Balancing.MAGLEV ? 1 : 2);
  }

  @Test
  @LeavesNothing
  void shouldRememberAClientsEndpoint() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    EchoServer b = new EchoServer("b", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    Behaviour sticky = Behaviour.DEFAULT.with(new Affinity(Duration.ofHours(3)));
    relay.apply(table(at, sticky, a.endpoint(), b.endpoint()));
    String first = ask(client(at), "x");
    for (int i = 0; i < 10; i++) {
      assertThat(ask(client(at), "x")).isEqualTo(first);
    }
    Endpoint other = first.equals("ax") ? b.endpoint() : a.endpoint();
    relay.apply(table(at, sticky, other));
    String second = ask(client(at), "x");
    assertThat(second).isNotEqualTo(first);
    relay.apply(table(at, sticky, b.endpoint(), a.endpoint()));
    assertThat(ask(client(at), "x")).isEqualTo(second);
  }

  @Test
  @LeavesNothing
  void shouldNameWhatCannotBe() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    InetSocketAddress taken = (InetSocketAddress) a.socket.getLocalSocketAddress();
    InetSocketAddress at = free("127.0.0.1");
    ServiceTable table =
        new ServiceTable(
            List.of(
                new Service(
                    "dns",
                    List.of(new Frontend(Transport.UDP, taken), new Frontend(Transport.UDP, at)),
                    List.of(a.endpoint()),
                    Behaviour.DEFAULT)));
    assertThat(relay.apply(table))
        .singleElement()
        .asString()
        .contains("udp://" + taken, "in use by another program");
    assertThat(ask(client(at), "x")).isEqualTo("ax");
    ProxyHeaders headers = new ProxyHeaders(true, ProxyHeaders.Version.NONE);
    assertThatThrownBy(() -> relay.apply(table(at, Behaviour.DEFAULT.with(headers))))
        .hasMessage("service dns: the PROXY protocol is for TCP only");
    assertThatThrownBy(() -> relay.apply(table(at, Behaviour.DEFAULT.withTurbo(true))))
        .hasMessageContaining("turbo");
    assertThat(ask(client(at), "x")).isEqualTo("ax");
  }

  @Test
  @LeavesNothing
  void shouldChangeUnderLoadAndLoseNothingThatWasAccepted() throws Exception {
    EchoServer a = new EchoServer("a", "127.0.0.1");
    EchoServer b = new EchoServer("b", "127.0.0.1");
    InetSocketAddress at = free("127.0.0.1");
    relay.apply(table(at, Behaviour.DEFAULT, a.endpoint()));
    DatagramSocket client = client(at);
    assertThat(ask(client, "first")).isEqualTo("afirst");
    for (int i = 0; i < 300; i++) {
      Endpoint kept = a.endpoint();
      relay.apply(
          i % 2 == 0
              ? table(at, Behaviour.DEFAULT, kept, b.endpoint())
              : table(at, Behaviour.DEFAULT, kept));
      assertThat(ask(client, "" + i)).isEqualTo("a" + i);
    }
  }
}
