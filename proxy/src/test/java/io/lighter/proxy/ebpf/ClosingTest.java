package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.SystemCall;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Timeouts;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that end because their endpoint has gone, and hosts that allow nothing. */
@RequiresRoot
@RequiresTool("python3")
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class ClosingTest extends BalancerFixture {
  private static final int NLMSG_HEADER = 16;
  private static final int NLMSG_TYPE = 4;
  private static final int SOCK_DESTROY = 21;
  private static final int PROG_LOAD = 5;
  private static final int PROG_LOAD_SIZE = 72;
  private static final int LOG_BUF = 32;
  private static final int PROG_NAME = 48;

  private static Behaviour draining(Duration time) {
    return Behaviour.DEFAULT.with(
        new Timeouts(Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(60), time));
  }

  @Test
  void shouldCloseConnectionsOfAServiceWithAnEndpointWhenAsked() throws Exception {
    ClientProcess client = client();
    ClientProcess six = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend other = backend6("six");
    Service web = tcp("web", VIP, 80, one);
    Service web6 = tcp("web6", VIP6, 80, other);
    Service api = tcp("api", VIP, 81, one);
    balancer.apply(table(web, web6, api));
    assertThat(client.ask("keep('web', '%s', 80)", VIP)).isEqualTo("one");
    assertThat(client.ask("keep('api', '%s', 81)", VIP)).isEqualTo("one");
    client.ask("keep('direct', '127.0.0.1', %d)", one.address().getPort());
    assertThat(six.ask("keep('web', '%s', 80)", VIP6)).isEqualTo("six");

    assertThat(balancer.closeConnections("web", one.address())).isEqualTo(1);
    assertThat(client.ask("say('web')")).isEqualTo("ECONNABORTED");
    assertThat(client.ask("say('api')")).as("of another service").isEqualTo("one");
    assertThat(client.ask("say('direct')")).as("of none").isEqualTo("one");
    assertThat(balancer.closeConnections("web", one.address())).isZero();
    assertThat(balancer.closeConnections("none", one.address())).isZero();

    assertThat(balancer.closeConnections("web6", other.address())).isEqualTo(1);
    assertThat(six.ask("say('web')")).isEqualTo("ECONNABORTED");
  }

  @Test
  void shouldCloseTcpWhenTheTimeToDrainIsOverAndNotBefore() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    Service web = with(tcp("web", VIP, 80, one), draining(Duration.ofMillis(700)));
    balancer.apply(table(web));
    client.ask("keep('web', '%s', 80)", VIP);
    client.ask("keep('direct', '127.0.0.1', %d)", one.address().getPort());

    balancer.put(web.with(List.of(new Endpoint(two.address()))));
    assertThat(client.ask("say('web')")).isEqualTo("one");
    await().until(() -> client.ask("say('web')").equals("ECONNABORTED"));
    assertThat(client.ask("say('direct')")).isEqualTo("one");
  }

  @Test
  void shouldLeaveConnectionsAloneWhenTheEndpointIsBackOrNothingWasAsked() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    Service web = with(tcp("web", VIP, 80, one), draining(Duration.ofMillis(300)));
    Service api = tcp("api", VIP, 81, one);
    balancer.apply(table(web, api));
    client.ask("keep('web', '%s', 80)", VIP);
    client.ask("keep('api', '%s', 81)", VIP);

    balancer.put(web.with(List.of(new Endpoint(one.address(), 1, true))));
    balancer.put(web);
    balancer.put(api.with(List.of(new Endpoint(two.address()))));
    Thread.sleep(600);
    assertThat(client.ask("say('web')")).isEqualTo("one");
    assertThat(client.ask("say('api')")).isEqualTo("one");
  }

  @Test
  void shouldEndConnectedUdpSocketsOfAnEndpointThatIsRemoved() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    Service dns = udp("dns", VIP, 53, one);
    balancer.apply(table(dns));
    String datagram = "socket.SOCK_DGRAM";
    client.ask("keep('dns', '%s', 53, %s)", VIP, datagram);
    client.ask("keep('direct', '127.0.0.1', %d, %s)", one.address().getPort(), datagram);

    balancer.put(dns.with(List.of(new Endpoint(two.address()))));
    String send = "attempt(lambda: kept['%s'].send(b'?'))";
    await().until(() -> !client.ask(send, "dns").equals("1"));
    assertThat(client.ask(send, "direct")).isEqualTo("1");
  }

  @Test
  void shouldSayThatTheHostDoesNotAllowIt() {
    for (int errno : new int[] {Errno.EPERM, Errno.ENOSYS}) {
      Linux denied =
          new Linux(new FaultySystemCalls((call, a0, a1) -> call == SystemCall.BPF ? errno : 0));
      assertThatThrownBy(() -> ConnectBalancer.open(denied, cgroup, SMALL))
          .isInstanceOf(UnavailableException.class)
          .hasMessageStartingWith("connections cannot be balanced in the kernel: ")
          .hasMessageContaining(errno == Errno.EPERM ? "CAP_BPF" : "CONFIG_BPF_SYSCALL");
    }
  }

  @Test
  void shouldSayThatTheKernelCannotCloseConnections() throws Exception {
    ClientProcess client = client();
    Linux without = new Linux(new FaultySystemCalls(ClosingTest::destroyIsMissing));
    Backend one = backend("one");
    try (ConnectBalancer balancer = ConnectBalancer.open(without, cgroup, SMALL)) {
      balancer.apply(table(tcp("web", VIP, 80, one)));
      client.ask("keep('web', '%s', 80)", VIP);
      assertThatThrownBy(() -> balancer.closeConnections("web", one.address()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("CONFIG_INET_DIAG_DESTROY");
      assertThat(client.ask("say('web')")).isEqualTo("one");
    }
  }

  @Test
  void shouldRefuseByEpermWhereAProgramCannotChooseTheErrno() throws Exception {
    ClientProcess client = client();
    Linux older = new Linux(new FaultySystemCalls(ClosingTest::errnoIsMissing));
    try (ConnectBalancer balancer = ConnectBalancer.open(older, cgroup, SMALL)) {
      balancer.apply(table(tcp("web", VIP, 80), tcp("api", VIP, 81, backend("one"))));
      assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("EPERM");
      assertThat(client.ask("tcp('%s', 81)", VIP)).isEqualTo("one");
    }
  }

  /** The verifier of a kernel before 5.18, to the program that tries. */
  private static int errnoIsMissing(SystemCall call, long a0, long a1) {
    if (call != SystemCall.BPF || a0 != PROG_LOAD) {
      return 0;
    }
    MemorySegment attributes = MemorySegment.ofAddress(a1).reinterpret(PROG_LOAD_SIZE);
    if (!attributes.getString(PROG_NAME).equals("lb_probe")) {
      return 0;
    }
    long log = attributes.get(ValueLayout.JAVA_LONG, LOG_BUF);
    if (log != 0) {
      String text = "invalid func unknown#187";
      MemorySegment.ofAddress(log).reinterpret(text.length() + 1).setString(0, text);
    }
    return Errno.EINVAL;
  }

  private static int destroyIsMissing(SystemCall call, long a0, long a1) {
    if (call != SystemCall.SENDTO) {
      return 0;
    }
    MemorySegment header = MemorySegment.ofAddress(a1).reinterpret(NLMSG_HEADER);
    return header.get(ValueLayout.JAVA_SHORT, NLMSG_TYPE) == SOCK_DESTROY ? Errno.EOPNOTSUPP : 0;
  }
}
