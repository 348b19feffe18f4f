package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Ejection;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Timeouts;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that do not accept what processes of the cgroup connect to them. */
@RequiresRoot
@RequiresTool("python3")
@Timeout(60)
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class EjectionTest extends BalancerFixture {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** BPF_PROG_TYPE_SOCK_OPS. */
  private static final int SOCK_OPS = 13;

  static Service ejecting(Service service, int failures, Duration time) {
    return with(service, service.behaviour().with(new Ejection(failures, time)));
  }

  /** A service that ejects for long after three failures. */
  static Service web(List<InetSocketAddress> endpoints) {
    Service web = tcp("web", VIP, 80).with(endpoints.stream().map(Endpoint::new).toList());
    return ejecting(web, 3, LONG);
  }

  private static String tcp(ClientProcess client) {
    return client.ask("tcp('%s', 80)", VIP);
  }

  /** What is found out is told to another thread. */
  private static void awaitEjected(ConnectBalancer balancer, InetSocketAddress endpoint) {
    await().until(() -> balancer.failures("web", endpoint).ejected());
  }

  private static Backend dead(Backend backend) {
    backend.close();
    return backend;
  }

  @ParameterizedTest
  @ValueSource(strings = {VIP, VIP6, "::ffff:" + VIP})
  void shouldLeaveOutAnEndpointThatRefuses(String vip) throws Exception {
    ClientProcess client = client();
    boolean ipv6 = vip.equals(VIP6);
    Backend good = ipv6 ? backend6("good") : backend("good");
    Backend gone = dead(ipv6 ? backend6("gone") : backend("gone"));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(ejecting(tcp("web", ipv6 ? VIP6 : VIP, 80, good, gone), 3, LONG)));

    Map<String, Integer> first = client.count("tcps(6, '%s', 80)", vip);
    assertThat(first).isEqualTo(Map.of("good", 3, "ECONNREFUSED", 3));
    awaitEjected(balancer, gone.address());
    assertThat(client.count("tcps(20, '%s', 80)", vip)).isEqualTo(Map.of("good", 20));
    assertThat(balancer.failures("web", gone.address())).isEqualTo(new ConnectFailures(3, 1, true));
    assertThat(balancer.failures("web", good.address())).isEqualTo(ConnectFailures.NONE);
    assertThat(balancer.ejectionObstacle()).isNull();
  }

  @Test
  void shouldFindOutUnderLoad() throws Exception {
    ClientProcess client = client();
    Backend gone = dead(backend("gone"));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(ejecting(tcp("web", VIP, 80, backend("good"), gone), 3, LONG)));
    client.ask("flood(1, '%s', 80)", VIP);
    long failures = balancer.failures("web", gone.address()).failures();
    assertThat(balancer.failures("web", gone.address()).ejections()).isEqualTo(1);
    assertThat(client.count("flood(1, '%s', 80)", VIP)).containsOnlyKeys("good");
    assertThat(balancer.failures("web", gone.address()).failures()).isEqualTo(failures);
  }

  @Test
  void shouldAskItAgainWhenTheTimeIsOver() throws Exception {
    ClientProcess client = client();
    Backend good = backend("good");
    Backend gone = dead(backend("gone"));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(ejecting(tcp("web", VIP, 80, good, gone), 2, SHORT)));

    for (int i = 1; i <= 2; i++) {
      assertThat(client.count("tcps(4, '%s', 80)", VIP))
          .as("the row begins anew")
          .isEqualTo(Map.of("good", 2, "ECONNREFUSED", 2));
      int times = i;
      await().until(() -> balancer.failures("web", gone.address()).ejections() == times);
      await().until(() -> !balancer.failures("web", gone.address()).ejected());
    }
    client.ask("listen('again', '127.0.0.1', port=%d)", gone.address().getPort());
    client.ask("dial('a', '%s', 80), dial('b', '%s', 80)", VIP, VIP);
    assertThat(client.ask("accept('as', 'again')")).isEqualTo("accepted");
    assertThat(balancer.failures("web", gone.address()))
        .isEqualTo(new ConnectFailures(4, 2, false));
  }

  @Test
  void shouldKeepTheLastAndEjectItWhenThereIsAnother() throws Exception {
    ClientProcess client = client();
    Backend one = dead(backend("one"));
    Backend two = dead(backend("two"));
    Backend good = backend("good");
    ConnectBalancer balancer = balancer();
    Service web = ejecting(tcp("web", VIP, 80, one, two), 1, LONG);
    balancer.apply(table(web));
    for (int i = 0; i < 10; i++) {
      assertThat(tcp(client)).isEqualTo("ECONNREFUSED");
    }
    await()
        .until(
            () ->
                balancer.failures("web", one.address()).ejected()
                    != balancer.failures("web", two.address()).ejected());
    Backend last = balancer.failures("web", one.address()).ejected() ? two : one;
    assertThat(tcp(client)).isEqualTo("ECONNREFUSED");
    assertThat(balancer.failures("web", last.address()).ejections()).isZero();

    balancer.put(
        web.with(
            List.of(
                new Endpoint(one.address()),
                new Endpoint(two.address()),
                new Endpoint(good.address()))));
    await()
        .until(
            () -> {
              tcp(client);
              return balancer.failures("web", last.address()).ejected();
            });
    assertThat(client.count("tcps(9, '%s', 80)", VIP)).isEqualTo(Map.of("good", 9));

    balancer.setHealthy("web", good.address(), false);
    assertThat(tcp(client)).as("an ejected one is better than none").isEqualTo("ECONNREFUSED");
    assertThat(balancer.failures("web", good.address()).failures()).isZero();
    client.ask("listen('again', '127.0.0.1', port=%d)", one.address().getPort());
    client.ask("listen('too', '127.0.0.1', port=%d)", two.address().getPort());
    assertThat(client.ask("dial('a', '%s', 80)", VIP)).isEqualTo("connected");
  }

  @Test
  void shouldKeepTheLastOfEachFamily() throws Exception {
    ClientProcess client = client();
    Backend gone = dead(backend("gone"));
    Backend six = backend6("six");
    Service both =
        new Service(
            "web",
            List.of(
                tcp("four", VIP, 80).frontends().getFirst(),
                tcp("six", VIP6, 80).frontends().getFirst()),
            List.of(new Endpoint(gone.address()), new Endpoint(six.address())),
            Behaviour.DEFAULT.with(new Ejection(1, LONG)));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(both));
    assertThat(client.count("tcps(5, '%s', 80)", VIP)).isEqualTo(Map.of("ECONNREFUSED", 5));
    assertThat(client.ask("tcp('%s', 80)", VIP6)).isEqualTo("six");
    assertThat(balancer.failures("web", gone.address()))
        .isEqualTo(new ConnectFailures(5, 0, false));
  }

  @Test
  void shouldNotEjectWhatFailsNowAndThen() throws Exception {
    ClientProcess client = client();
    Backend flaky = dead(backend("flaky"));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(ejecting(tcp("web", VIP, 80, backend("good"), flaky), 2, LONG)));
    int port = flaky.address().getPort();
    for (int i = 0; i < 5; i++) {
      assertThat(client.count("tcps(2, '%s', 80)", VIP))
          .isEqualTo(Map.of("good", 1, "ECONNREFUSED", 1));
      client.ask("listen('flaky', '127.0.0.1', port=%d)", port);
      client.ask("dial('a', '%s', 80), dial('b', '%s', 80)", VIP, VIP);
      client.ask("accept('s', 'flaky')");
      client.ask("[reset(n) for n in ('a', 'b', 's')], drop('flaky')");
    }
    assertThat(balancer.failures("web", flaky.address()))
        .isEqualTo(new ConnectFailures(5, 0, false));
    client.ask("tcps(4, '%s', 80)", VIP);
    awaitEjected(balancer, flaky.address());
  }

  @Test
  void shouldEjectNothingWhereItIsNotWanted() throws Exception {
    ClientProcess client = client();
    Backend good = backend("good");
    Backend gone = dead(backend("gone"));
    ConnectBalancer balancer = balancer();
    Service never = with(tcp("web", VIP, 80, good, gone), Behaviour.DEFAULT.with(Ejection.NEVER));
    balancer.apply(table(never));
    assertThat(client.count("tcps(20, '%s', 80)", VIP))
        .isEqualTo(Map.of("good", 10, "ECONNREFUSED", 10));
    assertThat(inKernel())
        .as("nor is there anything for it")
        .noneMatch(p -> p.contains("SOCK_OPS"));

    balancer.put(ejecting(never, 1, LONG));
    assertThat(client.count("tcps(2, '%s', 80)", VIP)).containsEntry("ECONNREFUSED", 1);
    awaitEjected(balancer, gone.address());
    balancer.put(never);
    assertThat(balancer.failures("web", gone.address()).ejected()).isFalse();
    assertThat(client.count("tcps(20, '%s', 80)", VIP))
        .isEqualTo(Map.of("good", 10, "ECONNREFUSED", 10));
  }

  @Test
  void shouldForgetWhatHasGone() throws Exception {
    ClientProcess client = client();
    Backend good = backend("good");
    Backend gone = dead(backend("gone"));
    ConnectBalancer balancer = balancer();
    Service web = ejecting(tcp("web", VIP, 80, good, gone), 2, LONG);
    List<Runnable> changes =
        List.of(
            () -> balancer.apply(table()),
            () -> balancer.put(web.with(List.of(new Endpoint(good.address())))));
    for (Runnable change : changes) {
      balancer.put(web);
      assertThat(client.count("tcps(4, '%s', 80)", VIP))
          .isEqualTo(Map.of("good", 2, "ECONNREFUSED", 2));
      awaitEjected(balancer, gone.address());
      balancer.put(with(web, web.behaviour().with(new Affinity(Duration.ofHours(1)))));
      assertThat(client.count("tcps(4, '%s', 80)", VIP))
          .as("it holds when the service changes")
          .isEqualTo(Map.of("good", 4));
      change.run();
      assertThat(balancer.failures("web", gone.address())).isEqualTo(ConnectFailures.NONE);
    }
  }

  /** The one that a client sticks to is one like others, and connections of before go on. */
  @Test
  void shouldKeepConnectionsAndMoveClientsThatStick() throws Exception {
    ClientProcess client = client();
    Backend good = backend("good");
    ConnectBalancer balancer = balancer();
    int port = Integer.parseInt(client.ask("listen('l', '127.0.0.1')"));
    Timeouts drain =
        new Timeouts(
            Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(60), Duration.ofMillis(1));
    Service web = tcp("web", VIP, 80);
    web =
        with(
            web.with(List.of(new Endpoint(address("127.0.0.1", port)))),
            Behaviour.DEFAULT
                .with(new Affinity(Duration.ofHours(1)))
                .with(drain)
                .with(new Ejection(2, LONG)));
    balancer.apply(table(web));
    assertThat(client.ask("pair('a', 'l', '%s', 80)", VIP)).isEqualTo("connected");
    client.ask("drop('l')");
    Service more =
        web.with(List.of(new Endpoint(address("127.0.0.1", port)), new Endpoint(good.address())));
    balancer.put(more);
    assertThat(client.count("tcps(2, '%s', 80)", VIP)).isEqualTo(Map.of("ECONNREFUSED", 2));
    awaitEjected(balancer, address("127.0.0.1", port));
    assertThat(client.count("tcps(4, '%s', 80)", VIP)).isEqualTo(Map.of("good", 4));
    client.ask("time.sleep(0.2)");
    assertThat(client.ask("swap('a', 1000)")).as("it does not drain").isEqualTo("True");
    balancer.setHealthy("web", address("127.0.0.1", port), false);
    await()
        .until(() -> client.ask("attempt(lambda: kept['a'].send(b'x'))"), "ECONNABORTED"::equals);
  }

  /** An endpoint that answers nothing: its queue is full, so that the kernel drops what comes. */
  @Test
  void shouldCountClientsThatHaveWaitedAndGiveUp() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    int port = Integer.parseInt(client.ask("listen_full('full', '127.0.0.1')"));
    InetSocketAddress silent = address("127.0.0.1", port);
    Service web = tcp("web", VIP, 80);
    Backend good = backend("good");
    balancer.apply(
        table(
            ejecting(
                web.with(List.of(new Endpoint(good.address()), new Endpoint(silent))), 1, LONG)));
    assertThat(client.count("hasty(6, 0.1, '%s', 80)", VIP))
        .isEqualTo(Map.of("connected", 3, "timeout", 3));
    assertThat(balancer.failures("web", silent)).as("in no time").isEqualTo(ConnectFailures.NONE);
    assertThat(client.count("hasty(2, 1.5, '%s', 80)", VIP))
        .isEqualTo(Map.of("connected", 1, "timeout", 1));
    awaitEjected(balancer, silent);
    assertThat(client.count("hasty(4, 1, '%s', 80)", VIP)).isEqualTo(Map.of("connected", 4));
  }

  /** It is known of each connect what became of it, though the socket ends once only. */
  @Test
  void shouldCountEachConnectOfASocketThatTriesAgain() throws Exception {
    ClientProcess client = client();
    Backend gone = dead(backend("gone"));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(ejecting(tcp("web", VIP, 80, gone), 100, LONG)));
    client.ask("insist(3, ('%s', 80))", VIP);
    assertThat(balancer.failures("web", gone.address()).failures()).isEqualTo(3);
    int port = gone.address().getPort();
    assertThat(client.ask("insist(3, ('%s', 80), ('127.0.0.2', %d))[1]", VIP, port))
        .isEqualTo("ECONNREFUSED");
    assertThat(balancer.failures("web", gone.address()).failures())
        .as("what is not the service's does not count")
        .isEqualTo(4);
  }

  @Test
  void shouldLeaveDatagramsAlone() throws Exception {
    ClientProcess client = client();
    Backend gone = dead(backend("gone"));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(ejecting(udp("web", VIP, 53, backend("good"), gone), 1, LONG)));
    assertThat(client.count("udps_connected(6, '%s', 53)", VIP))
        .isEqualTo(Map.of("good", 3, "ECONNREFUSED", 3));
    assertThat(balancer.failures("web", gone.address())).isEqualTo(ConnectFailures.NONE);
  }

  @Test
  void shouldLeaveOtherConnectionsAlone() throws Exception {
    ClientProcess client = client();
    Backend gone = dead(backend("gone"));
    ConnectBalancer balancer = balancer();
    Service web = ejecting(tcp("web", VIP, 80, backend("good"), gone), 1, LONG);
    Service never = with(tcp("never", VIP, 81, gone), Behaviour.DEFAULT.with(Ejection.NEVER));
    balancer.apply(table(web, never));
    for (int i = 0; i < 4; i++) {
      int port = gone.address().getPort();
      assertThat(client.ask("tcp('127.0.0.1', %d)", port)).isEqualTo("ECONNREFUSED");
      assertThat(client.ask("tcp('%s', 81)", VIP)).isEqualTo("ECONNREFUSED");
    }
    assertThat(balancer.failures("web", gone.address())).isEqualTo(ConnectFailures.NONE);
    assertThat(client.count("tcps(2, '%s', 80)", VIP)).containsEntry("ECONNREFUSED", 1);
  }

  @Test
  void shouldGoOnWithTheNextProcess() throws Exception {
    ClientProcess client = client();
    Backend good = backend("good");
    Backend gone = dead(backend("gone"));
    Service web = web(List.of(good.address(), gone.address()));
    Process first = owner(EjectionOwner.class, ports(good, gone));
    assertThat(client.count("tcps(4, '%s', 80)", VIP))
        .isEqualTo(Map.of("good", 2, "ECONNREFUSED", 2));
    first.destroyForcibly().waitFor();
    // Nobody hears of it.
    assertThat(client.count("tcps(10, '%s', 80)", VIP))
        .isEqualTo(Map.of("good", 5, "ECONNREFUSED", 5));

    ConnectBalancer second = balancer();
    second.apply(table(web));
    // The ring is full of what it was told meanwhile.
    awaitEjected(second, gone.address());
    assertThat(client.count("tcps(10, '%s', 80)", VIP)).isEqualTo(Map.of("good", 10));
    second.leave();
    ConnectBalancer third = balancer();
    third.apply(table(with(web, Behaviour.DEFAULT.with(Ejection.NEVER))));
    assertThat(inKernel()).as("the program goes").noneMatch(p -> p.contains("SOCK_OPS"));
    assertThat(client.count("tcps(2, '%s', 80)", VIP)).containsEntry("ECONNREFUSED", 1);
    third.close();
    await().until(() -> inKernel().isEmpty());
  }

  @Test
  void shouldBeThereBesideTurbo() throws Exception {
    ClientProcess ends = client();
    int port = Integer.parseInt(ends.ask("listen('l', '127.0.0.1')"));
    Backend gone = dead(backend("gone"));
    Service rpc = TurboTest.turbo("web", VIP, "127.0.0.1", port);
    List<Endpoint> endpoints = List.of(rpc.endpoints().getFirst(), new Endpoint(gone.address()));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(ejecting(with(rpc.with(endpoints), rpc.behaviour()), 1, LONG)));
    ends.ask("pair('a', 'l', '%s', 80)", VIP);
    assertThat(ends.ask("tcp('%s', 80)", VIP)).isEqualTo("ECONNREFUSED");
    awaitEjected(balancer, gone.address());
    assertThat(ends.ask("pair('b', 'l', '%s', 80)", VIP)).isEqualTo("connected");
    assertThat(ends.ask("swap('a', 1000), swap('b', 1000)")).isEqualTo("(True, True)");
    assertThat(balancer.turboStatistics()).isEqualTo(new TurboStatistics(2, 0));
    balancer.close();
    ends.ask("[drop(n) for n in list(kept)]");
    await().until(() -> inKernel().isEmpty());
  }

  @Test
  void shouldBalanceWithoutItWhereTheKernelRefuses() throws Exception {
    ClientProcess client = client();
    Linux refusing =
        new Linux(
            new FaultySystemCalls(
                (call, a0, a1) ->
                    FaultySystemCalls.isProgramLoad(call, a0, a1, SOCK_OPS) ? Errno.EPERM : 0));
    Backend good = backend("good");
    Service web = ejecting(tcp("web", VIP, 80, good, dead(backend("gone"))), 1, LONG);
    ConnectBalancer refused = keep(ConnectBalancer.open(refusing, cgroup, SMALL));
    refused.apply(table(web));
    assertThat(refused.ejectionObstacle()).contains("this kernel does not let us", "EPERM");
    assertThat(client.count("tcps(10, '%s', 80)", VIP))
        .isEqualTo(Map.of("good", 5, "ECONNREFUSED", 5));
    refused.leave();

    ConnectBalancer balancer = balancer();
    balancer.apply(table(web));
    assertThat(balancer.connections("web")).as("its maps are found all the same").isEqualTo(10);
    balancer.close();
    await().until(() -> inKernel().isEmpty());
  }
}
