package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Capability;
import io.lighter.linux.CapabilitySets;
import io.lighter.linux.Linux;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import io.lighter.proxy.udp.UdpRelay;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client, a relay and a server in namespaces of their own, and the routes that they need. */
@RequiresRoot
@RequiresTool("ip")
@RequiresTool(value = "nsenter", debianPackage = "util-linux")
@Timeout(60)
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = Resource.CGROUP, ignoring = "socket:")
class TransparentTest {
  private static final Behaviour TRANSPARENT = Behaviour.DEFAULT.withTransparent(true);

  private final NetNamespace clients = new NetNamespace();
  private final NetNamespace middle = new NetNamespace();
  private final NetNamespace servers = new NetNamespace();
  private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
  private final Linux linux = Linux.kernel();

  TransparentTest() throws Exception {}

  @BeforeEach
  void connect() throws Exception {
    middle.connect(
        "front", clients, "c0", "10.1.0.1/24 fd01::1/64", "10.1.0.2/24 10.1.0.3/24 fd01::2/64");
    middle.connect("back", servers, "s0", "10.2.0.1/24 fd02::1/64", "10.2.0.2/24 fd02::2/64");
    servers.shell("ip route add default via 10.2.0.1; ip -6 route add default via fd02::1");
    // As docs/proxy.md says.
    middle.shell(
        """
        ip rule add iif back from 10.2.0.0/24 lookup 100
        ip route add local default dev lo table 100
        ip -6 rule add iif back from fd02::/64 lookup 100
        ip -6 route add local default dev lo table 100
        """);
  }

  @AfterEach
  void close() {
    clients.close();
    middle.close();
    servers.close();
    assertThat(errors).isEmpty();
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static ServiceTable table(
      Transport transport, String frontend, InetSocketAddress endpoint, Behaviour behaviour) {
    Frontend at = new Frontend(transport, at(frontend, 80));
    return new ServiceTable(
        List.of(new Service("web", List.of(at), List.of(new Endpoint(endpoint)), behaviour)));
  }

  private Relay open() throws Exception {
    return middle.run(() -> Relay.open(linux, RelayConfig.of(errors::add).withLoops(2)));
  }

  private void apply(Relay relay, ServiceTable table) throws Exception {
    assertThat(middle.run(() -> relay.apply(table))).isEmpty();
  }

  /** Returns whom the server sees when a client of this address connects, and checks the answer. */
  private String seen(NetNamespace from, String source, String frontend, ServerSocket server)
      throws Exception {
    try (Socket client =
            from.run(
                () ->
                    new Socket(
                        InetAddress.ofLiteral(frontend), 80, InetAddress.ofLiteral(source), 0));
        Socket accepted = server.accept()) {
      accepted.getOutputStream().write(5);
      assertThat(client.getInputStream().read()).isEqualTo(5);
      return accepted.getInetAddress().getHostAddress();
    }
  }

  @Test
  void shouldShowTheClientsAddress() throws Exception {
    try (Relay relay = open();
        ServerSocket server = servers.run(() -> new ServerSocket(8080))) {
      apply(relay, table(Transport.TCP, "10.1.0.1", at("10.2.0.2", 8080), TRANSPARENT));
      assertThat(seen(clients, "10.1.0.2", "10.1.0.1", server)).isEqualTo("10.1.0.2");
      assertThat(seen(clients, "10.1.0.3", "10.1.0.1", server)).isEqualTo("10.1.0.3");
      apply(relay, table(Transport.TCP, "fd01::1", at("fd02::2", 8080), TRANSPARENT));
      assertThat(seen(clients, "fd01::2", "fd01::1", server)).isEqualTo("fd01:0:0:0:0:0:0:2");
      apply(relay, table(Transport.TCP, "10.1.0.1", at("10.2.0.2", 8080), Behaviour.DEFAULT));
      assertThat(seen(clients, "10.1.0.2", "10.1.0.1", server)).isEqualTo("10.2.0.1");
    }
  }

  /** From 127.0.0.1 nobody gets out of the machine. */
  @Test
  void shouldServeClientsOfTheMachineItself() throws Exception {
    try (Relay relay = open();
        ServerSocket server = servers.run(() -> new ServerSocket(8080));
        ServerSocket own = middle.run(() -> new ServerSocket(8080))) {
      apply(relay, table(Transport.TCP, "0.0.0.0", at("10.2.0.2", 8080), TRANSPARENT));
      assertThat(seen(middle, "127.0.0.1", "127.0.0.1", server)).isEqualTo("10.2.0.1");
      assertThat(seen(middle, "10.1.0.1", "10.1.0.1", server)).isEqualTo("10.1.0.1");
      apply(relay, table(Transport.TCP, "0.0.0.0", at("127.0.0.1", 8080), TRANSPARENT));
      assertThat(seen(middle, "127.0.0.7", "127.0.0.1", own)).isEqualTo("127.0.0.7");
    }
  }

  @Test
  void shouldShowTheClientsAddressOfDatagrams() throws Exception {
    try (UdpRelay relay = middle.run(() -> UdpRelay.open(linux, 1, Binding.FREE));
        DatagramSocket server = servers.run(() -> new DatagramSocket(8080));
        DatagramSocket client = clients.run(() -> new DatagramSocket(at("10.1.0.3", 0)))) {
      ServiceTable table = table(Transport.UDP, "10.1.0.1", at("10.2.0.2", 8080), TRANSPARENT);
      assertThat(middle.run(() -> relay.apply(table))).isEmpty();
      client.send(new DatagramPacket(new byte[] {1}, 1, at("10.1.0.1", 80)));
      DatagramPacket packet = new DatagramPacket(new byte[10], 10);
      server.receive(packet);
      assertThat(packet.getAddress().getHostAddress()).isEqualTo("10.1.0.3");
      server.send(packet);
      client.receive(packet);
      assertThat(packet.getSocketAddress()).isEqualTo(at("10.1.0.1", 80));
    }
  }

  @Test
  void shouldRefuseByNameWhatCannotBe() throws Exception {
    try (Relay relay = open();
        UdpRelay datagrams = middle.run(() -> UdpRelay.open(linux, 1, Binding.FREE))) {
      ServiceTable mixed = table(Transport.TCP, "10.1.0.1", at("fd02::2", 80), TRANSPARENT);
      assertThatThrownBy(() -> relay.apply(mixed))
          .hasMessage(
              "service web asks for the clients' addresses as source (transparent), and has"
                  + " addresses of IPv4 and of IPv6: make a service of each");
      Endpoint unix = new Endpoint(UnixDomainSocketAddress.of(Path.of("/run/x")));
      Frontend front = new Frontend(Transport.TCP, at("10.1.0.1", 80));
      Service local = new Service("web", List.of(front), List.of(unix), TRANSPARENT);
      assertThatThrownBy(() -> relay.apply(new ServiceTable(List.of(local))))
          .hasMessageContaining("/run/x cannot see: a Unix socket has none");
      // The last, as the thread does not get them back.
      middle.run(
          () -> {
            CapabilitySets had = linux.credentials().capget();
            long without = ~(Capability.CAP_NET_ADMIN.mask() | Capability.CAP_NET_RAW.mask());
            linux
                .credentials()
                .capset(
                    new CapabilitySets(
                        had.effective() & without, had.permitted(), had.inheritable()));
            return had;
          });
      for (Transport transport : Transport.values()) {
        ServiceTable table = table(transport, "10.1.0.1", at("10.2.0.2", 80), TRANSPARENT);
        assertThatThrownBy(
                () ->
                    middle.run(
                        () ->
                            transport == Transport.TCP
                                ? relay.apply(table)
                                : datagrams.apply(table)))
            .hasMessageContaining("service web")
            .hasMessageContaining("source")
            .hasMessageContaining("which needs CAP_NET_ADMIN");
      }
    }
  }
}
