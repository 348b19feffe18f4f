package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.NoEndpoint;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Connections of processes in a cgroup, redirected by the real kernel. */
@RequiresRoot
@RequiresTool("python3")
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class ConnectBalancerTest extends BalancerFixture {

  @Test
  void shouldConnectAClientToAnEndpoint() throws Exception {
    ClientProcess client = client();
    Backend one = backend("one");
    Backend two = backend("two");
    Backend six = backend6("six");
    ConnectBalancer balancer = balancer();

    assertThat(balancer.apply(table(tcp("web", VIP, 80, one, two), tcp("web6", VIP6, 80, six))))
        .isEmpty();

    assertThat(client.count("tcps(10, '%s', 80)", VIP)).isEqualTo(Map.of("one", 5, "two", 5));
    assertThat(client.ask("tcp('%s', 80)", VIP6)).isEqualTo("six");
    assertThat(client.ask("tcp('::ffff:%s', 80, True)", VIP)).as("IPv4 by IPv6").isIn("one", "two");
    assertThat(balancer.connections("web")).isEqualTo(11);
    assertThat(client.ask("tcp('%s', %d)", "127.0.0.1", one.address().getPort()))
        .as("not a service")
        .isEqualTo("one");
  }

  @Test
  void shouldTellTheServicesAddress() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend four = backend("four");
    Backend six = backend6("six");
    balancer.apply(
        table(
            tcp("web", VIP, 80, four),
            tcp("web6", VIP6, 80, six),
            udp("dns", VIP, 53, four),
            udp("dns6", VIP6, 53, six)));

    String datagram = "socket.SOCK_DGRAM";
    assertThat(client.ask("peer('%s', 80)", VIP)).isEqualTo(VIP + " 80");
    assertThat(client.ask("peer('%s', 80)", VIP6)).isEqualTo(VIP6 + " 80");
    assertThat(client.ask("peer('::ffff:%s', 80, v6=True)", VIP))
        .isEqualTo("::ffff:" + VIP + " 80");
    assertThat(client.ask("peer('%s', 53, %s)", VIP, datagram)).isEqualTo(VIP + " 53");
    assertThat(client.ask("peer('%s', 53, %s)", VIP6, datagram)).isEqualTo(VIP6 + " 53");
    int port = four.address().getPort();
    assertThat(client.ask("peer('127.0.0.1', %d)", port)).isEqualTo("127.0.0.1 " + port);
  }

  @Test
  void shouldSendDatagramsToAnEndpointAndShowWhereTheAnswersAreFrom() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    balancer.apply(table(udp("dns", VIP, 53, one, two), udp("dns6", VIP6, 53, backend6("six"))));

    client.ask("open_udp('a')");
    String first = client.ask("udp('a', '%s', 53)", VIP);
    assertThat(first).isIn("one " + VIP + " 53", "two " + VIP + " 53");
    for (int i = 0; i < 5; i++) {
      assertThat(client.ask("udp('a', '%s', 53)", VIP)).as("the same socket").isEqualTo(first);
    }
    assertThat(client.count("udps(20, '%s', 53)", VIP)).isEqualTo(Map.of("one", 10, "two", 10));
    client.ask("open_udp('b', True)");
    assertThat(client.ask("udp('b', '%s', 53)", VIP6)).isEqualTo("six " + VIP6 + " 53");
    assertThat(client.ask("udp('b', '::ffff:%s', 53)", VIP)).endsWith("::ffff:" + VIP + " 53");
    client.ask("keep('c', '%s', 53, socket.SOCK_DGRAM)", VIP);
    assertThat(client.ask("attempt(lambda: (kept['c'].send(b'?'), kept['c'].recv(9))[1].decode())"))
        .isIn("one", "two");
  }

  @Test
  void shouldSpreadByWeight() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    Backend three = backend("three");
    List<Endpoint> endpoints =
        List.of(
            new Endpoint(one.address(), 30, false),
            new Endpoint(two.address(), 10, false),
            new Endpoint(three.address(), 10, true));
    Service web = tcp("web", VIP, 80).with(endpoints);

    balancer.apply(table(web));
    assertThat(client.count("tcps(40, '%s', 80)", VIP)).isEqualTo(Map.of("one", 30, "two", 10));

    balancer.apply(table(with(web, Behaviour.DEFAULT.with(Balancing.RANDOM))));
    Map<String, Integer> spread = client.count("tcps(400, '%s', 80)", VIP);
    assertThat(spread).containsOnlyKeys("one", "two");
    assertThat(spread.get("one")).isBetween(240, 360);
  }

  @Test
  void shouldKeepClientsWhereTheyAreByMaglev() throws Exception {
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    Backend three = backend("three");
    Service web = with(tcp("web", VIP, 80, one, two), Behaviour.DEFAULT.with(Balancing.MAGLEV));
    ClientProcess client = client();
    balancer.apply(table(web));

    String chosen = client.ask("tcp('%s', 80)", VIP);
    assertThat(client.count("tcps(20, '%s', 80)", VIP)).isEqualTo(Map.of(chosen, 20));
    Service more =
        web.with(
            List.of(
                new Endpoint(three.address()),
                new Endpoint(two.address()),
                new Endpoint(one.address())));
    balancer.apply(table(more));
    assertThat(client.ask("tcp('%s', 80)", VIP)).isIn(chosen, "three");
    Service less = web.with(List.of(new Endpoint((chosen.equals("one") ? one : two).address())));
    balancer.apply(table(less));
    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo(chosen);
  }

  @Test
  void shouldRefuseWhereThereIsNoEndpoint() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Service web = tcp("web", VIP, 80, one);
    balancer.apply(
        table(
            web.with(List.of(new Endpoint(one.address(), 1, true))),
            with(tcp("silent", VIP, 81), Behaviour.DEFAULT.with(NoEndpoint.DROP)),
            udp("dns", VIP, 53)));

    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("ECONNREFUSED");
    assertThat(client.ask("tcp('%s', 81)", VIP)).isEqualTo("ETIMEDOUT");
    client.ask("open_udp('a')");
    assertThat(client.ask("udp('a', '%s', 53)", VIP)).isEqualTo("ECONNREFUSED");
    balancer.put(web);
    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("one");
  }

  @Test
  void shouldLeaveToTierOneWhatItCannotDo() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Service web = tcp("web", VIP, 80, backend("one"));
    Service counted = with(web, Behaviour.DEFAULT.with(Balancing.LEAST_CONNECTIONS));

    assertThat(balancer.apply(table(web))).isEmpty();
    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("one");
    assertThat(balancer.apply(table(counted)))
        .containsOnlyKeys("web")
        .hasToString(
            "{web=balancing LEAST_CONNECTIONS needs the number of connections of each endpoint,"
                + " which is not known here}");
    assertThat(balancer.connections("web")).isZero();
    assertThat(balancer.put(web).isEligible()).isTrue();
    assertThat(balancer.put(counted).isEligible()).isFalse();
    assertThat(balancer.connections("web")).isZero();
    assertThatThrownBy(() -> balancer.put(tcp("other", VIP, 80)))
        .hasMessageContaining("services web and other are both at");
    Service named =
        new Service(
            "named",
            List.of(new Frontend(Transport.TCP, address(VIP, 80), Set.of("a.example"))),
            List.of(),
            Behaviour.DEFAULT);
    assertThat(balancer.apply(table(web, named))).containsOnlyKeys("web", "named");
    assertThat(balancer.apply(table(web))).isEmpty();
  }

  @Test
  void shouldFollowHealth() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    Service web = tcp("web", VIP, 80, one, two);
    balancer.apply(table(web));

    assertThat(balancer.setHealthy("web", two.address(), false)).isTrue();
    assertThat(client.count("tcps(4, '%s', 80)", VIP)).isEqualTo(Map.of("one", 4));
    balancer.put(with(web, Behaviour.DEFAULT.with(Balancing.RANDOM)));
    assertThat(client.count("tcps(4, '%s', 80)", VIP)).as("also later").isEqualTo(Map.of("one", 4));
    balancer.setHealthy("web", one.address(), false);
    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("ECONNREFUSED");
    balancer.setHealthy("web", two.address(), true);
    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("two");
    assertThat(balancer.setHealthy("web", address("127.0.0.1", 1), false)).isFalse();
    assertThat(balancer.setHealthy("none", one.address(), false)).isFalse();
  }

  @Test
  void shouldServeWildcardsAtTheNodesAddressesAndGuardTheirPorts() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend six = backend6("six");
    balancer.setNodeAddresses(
        List.of(address("127.0.0.1"), address("192.0.2.7"), address("2001:db8::7")));
    Service port =
        new Service(
            "port",
            List.of(
                new Frontend(Transport.TCP, address("0.0.0.0", 30_080)),
                new Frontend(Transport.TCP, address("::", 30_080))),
            List.of(new Endpoint(one.address()), new Endpoint(six.address())),
            Behaviour.DEFAULT);
    balancer.apply(table(port));

    assertThat(client.ask("tcp('192.0.2.7', 30080)")).isEqualTo("one");
    assertThat(client.ask("tcp('127.0.0.1', 30080)")).isEqualTo("one");
    assertThat(client.ask("tcp('0.0.0.0', 30080)")).isEqualTo("one");
    assertThat(client.ask("tcp('2001:db8::7', 30080)")).isEqualTo("six");
    assertThat(client.ask("tcp('::ffff:192.0.2.7', 30080, True)")).isEqualTo("one");
    assertThat(client.ask("tcp('127.0.0.2', 30080)")).as("not named").isEqualTo("ECONNREFUSED");
    assertThat(client.ask("peer('192.0.2.7', 30080)")).isEqualTo("192.0.2.7 30080");

    assertThat(client.ask("bind('0.0.0.0', 30080)")).isEqualTo("EADDRINUSE");
    assertThat(client.ask("bind('127.0.0.1', 30080)")).isEqualTo("EADDRINUSE");
    assertThat(client.ask("bind('::', 30080)")).isEqualTo("EADDRINUSE");
    assertThat(client.ask("bind('0.0.0.0', 30080, socket.SOCK_DGRAM)")).isEqualTo("bound");
    assertThat(client.ask("bind('0.0.0.0', 30081)")).isEqualTo("bound");
    long cookie = Long.parseLong(client.ask("open_tcp('own')"));
    try (ConnectBalancer.BindPermit _ = balancer.permitBind(cookie)) {
      assertThat(client.ask("bind_kept('own', '0.0.0.0', 30080)")).isEqualTo("bound");
    }
    client.ask("drop('own')");
    assertThat(client.ask("bind('0.0.0.0', 30080)")).isEqualTo("EADDRINUSE");
    assertThat(client("unshare", "--net").ask("bind('0.0.0.0', 30080)"))
        .as("another network namespace has other ports")
        .isEqualTo("bound");

    balancer.setNodeAddresses(List.of(address("127.0.0.2")));
    assertThat(client.ask("tcp('127.0.0.1', 30080)")).isEqualTo("ECONNREFUSED");
    assertThat(client.ask("tcp('127.0.0.2', 30080)")).isEqualTo("one");
  }

  @Test
  void shouldNotSendOtherNamespacesToLoopback() throws Exception {
    ClientProcess elsewhere = client("unshare", "--net");
    balancer().apply(table(tcp("web", VIP, 80, backend("one"))));

    assertThat(elsewhere.ask("tcp('%s', 80)", VIP)).isEqualTo("ENETUNREACH");
  }

  @Test
  void shouldMoveAnAddressFromOneServiceToAnother() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Service one = tcp("one", VIP, 80, backend("one"));
    Service two = tcp("two", VIP, 80, backend("two"));

    balancer.apply(table(one));
    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("one");
    balancer.apply(table(two));
    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("two");
    balancer.apply(table());
    assertThat(client.ask("tcp('%s', 80)", VIP)).as("no service").isNotIn("one", "two");
  }

  @Test
  void shouldRefuseWhatThereIsNoRoomForAndKeepTheRest() throws Exception {
    ClientProcess client = client();
    Backend one = backend("one");
    Backend two = backend("two");
    try (ConnectBalancer balancer =
        ConnectBalancer.open(linux, cgroup, new Capacity(1, 2, 10, 10))) {
      balancer.apply(table(tcp("web", VIP, 80, one)));
      assertThatThrownBy(
              () -> balancer.apply(table(tcp("web", VIP, 80, one, two), tcp("more", VIP, 81, one))))
          .isInstanceOf(CapacityException.class)
          .hasMessageContaining("no room for more endpoints: the balancer was opened with 2");
      assertThat(client.count("tcps(4, '%s', 80)", VIP)).isEqualTo(Map.of("one", 2, "two", 2));
    }
  }
}
