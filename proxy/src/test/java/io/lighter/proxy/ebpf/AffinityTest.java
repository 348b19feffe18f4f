package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Timeouts;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who keeps which endpoint, and for how long, by the kernel's clock. */
@RequiresRoot
@RequiresTool("python3")
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class AffinityTest extends BalancerFixture {

  private static Behaviour affinity(int seconds) {
    return Behaviour.DEFAULT.with(new Affinity(Duration.ofSeconds(seconds)));
  }

  @Test
  void shouldKeepAClientAtItsEndpoint() throws Exception {
    ClientProcess client = client();
    ClientProcess neighbour = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    Backend three = backend("three");
    Service web = with(tcp("web", VIP, 80, one, two), affinity(600));
    balancer.apply(table(web));

    String chosen = client.ask("tcp('%s', 80)", VIP);
    assertThat(client.count("tcps(20, '%s', 80)", VIP)).isEqualTo(Map.of(chosen, 20));
    assertThat(neighbour.ask("tcp('%s', 80)", VIP)).as("the same address").isEqualTo(chosen);

    Backend kept = chosen.equals("one") ? one : two;
    balancer.put(
        web.with(List.of(new Endpoint(three.address()), new Endpoint(kept.address(), 0, false))));
    assertThat(client.ask("tcp('%s', 80)", VIP)).as("of weight 0").isEqualTo(chosen);
    balancer.put(
        web.with(List.of(new Endpoint(three.address()), new Endpoint(kept.address(), 1, true))));
    assertThat(client.ask("tcp('%s', 80)", VIP)).as("draining").isEqualTo("three");
    balancer.put(web.with(List.of(new Endpoint(kept.address()))));
    assertThat(client.ask("tcp('%s', 80)", VIP)).as("removed").isEqualTo(chosen);
  }

  @Test
  void shouldForgetAClientAfterTheTime() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Service web = with(tcp("web", VIP, 80, backend("one"), backend("two")), affinity(1));
    balancer.apply(table(web));

    String chosen = client.ask("tcp('%s', 80)", VIP);
    // Each time the next in turn is chosen, so that a forgotten client gets the other one.
    await()
        .pollDelay(Duration.ofMillis(1_100))
        .until(() -> !client.ask("tcp('%s', 80)", VIP).equals(chosen));
  }

  @Test
  void shouldKeepServicesApart() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    balancer.apply(
        table(
            with(tcp("web", VIP, 80, backend("one")), affinity(600)),
            with(tcp("api", VIP, 81, backend("two")), affinity(600))));

    assertThat(client.ask("tcp('%s', 80)", VIP)).isEqualTo("one");
    assertThat(client.ask("tcp('%s', 81)", VIP)).isEqualTo("two");
  }

  @Test
  void shouldMoveAUdpFlowWhenItsTimeIsOver() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Timeouts soon =
        new Timeouts(Duration.ofSeconds(1), Duration.ZERO, Duration.ofMillis(200), Duration.ZERO);
    Service dns = udp("dns", VIP, 53, backend("one"), backend("two"));
    balancer.apply(table(with(dns, Behaviour.DEFAULT.with(soon))));

    client.ask("open_udp('a')");
    String chosen = client.ask("udp('a', '%s', 53)", VIP);
    await()
        .pollDelay(Duration.ofMillis(300))
        .until(() -> !client.ask("udp('a', '%s', 53)", VIP).equals(chosen));
  }

  /** The eleven-year-old bug of conntrack: kubernetes #19029, #126130 and those between. */
  @Test
  void shouldHaveNoStaleUdpFlowAfterAnEndpointIsRemoved() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    Service dns = udp("dns", VIP, 53, one, two);
    balancer.apply(table(dns));

    client.ask("open_udp('a')");
    String chosen = client.ask("udp('a', '%s', 53)", VIP).split(" ", -1)[0];
    Backend gone = chosen.equals("one") ? one : two;
    String other = chosen.equals("one") ? "two" : "one";
    gone.close();
    balancer.put(dns.with(List.of(new Endpoint((other.equals("one") ? one : two).address()))));
    for (int i = 0; i < 5; i++) {
      assertThat(client.ask("udp('a', '%s', 53)", VIP)).isEqualTo(other + " " + VIP + " 53");
    }
  }
}
