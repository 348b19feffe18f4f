package io.lighter.proxy.ebpf;

import static io.lighter.proxy.ebpf.EjectionTest.ejecting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.proxy.service.Endpoint;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints that no segment gets to: the kernel gives up, not the client, and that counts. */
@RequiresRoot
@RequiresTool("python3")
@RequiresTool(value = "nft", debianPackage = "nftables")
@Timeout(60)
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class UnreachableEndpointTest extends BalancerFixture {
  /**
   * A firewall before 10.77.0.2, in a network namespace where the kernel soon gives up. Its verdict
   * comes in the place of the shell's name.
   */
  private static final String FIREWALL =
      """
      ip link set lo up && ip addr add 10.77.0.1 dev lo && ip addr add 10.77.0.2 dev lo &&
      echo 1 > /proc/sys/net/ipv4/tcp_syn_retries &&
      nft add table ip wall &&
      nft add chain ip wall in '{ type filter hook input priority 0; }' &&
      nft add rule ip wall in "ip daddr 10.77.0.2 meta l4proto tcp $0" &&
      exec "$@"
      """;

  @ParameterizedTest
  @CsvSource({"reject with icmp type host-unreachable, EHOSTUNREACH", "drop, ETIMEDOUT"})
  void shouldBeLeftOut(String verdict, String error) throws Exception {
    ClientProcess client = client("unshare", "--net", "sh", "-c", FIREWALL, verdict);
    int port = Integer.parseInt(client.ask("listen('good', '10.77.0.1')"));
    InetSocketAddress hidden = address("10.77.0.2", port);
    List<Endpoint> both = List.of(new Endpoint(address("10.77.0.1", port)), new Endpoint(hidden));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(ejecting(tcp("web", VIP, 80).with(both), 1, Duration.ofHours(1))));

    assertThat(client.count("hasty(2, None, '%s', 80)", VIP))
        .isEqualTo(Map.of("connected", 1, error, 1));
    await().until(() -> balancer.failures("web", hidden).ejected());
    assertThat(client.count("hasty(6, None, '%s', 80)", VIP)).isEqualTo(Map.of("connected", 6));
  }
}
