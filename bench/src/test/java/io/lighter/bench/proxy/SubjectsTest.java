package io.lighter.bench.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written for the balancers, and read of them. */
class SubjectsTest {
  private static final List<Route> ROUTES =
      List.of(
          new Route(Route.ECHO, "10.77.1.1", 80, List.of("10.77.2.2:8080"), false),
          new Route(
              Route.PAIR, "10.77.1.1", 81, List.of("10.77.2.2:8081", "10.77.2.2:8082"), true));

  @Test
  void shouldWriteAMapForNftables() {
    assertThat(Nftables.rules(ROUTES))
        .contains(
            "ip daddr 10.77.1.1 dnat ip addr . port to tcp dport map"
                + " { 80 : 10.77.2.2 . 8080, 81 : 10.77.2.2 . 8081 }");
  }

  @Test
  void shouldWriteServicesForBothTiers() {
    assertThat(new Lighter(List.of(), null, false).config(ROUTES))
        .startsWith("tier: epoll\nthreads: 1\n")
        .contains("  echo:\n    listen: '10.77.1.1:80'\n    endpoints: ['10.77.2.2:8080']\n")
        .contains("endpoints: ['10.77.2.2:8081', '10.77.2.2:8082']\n    check: {tcp: true");
    assertThat(new Lighter(List.of(), Path.of("/sys/fs/cgroup/x"), false).config(ROUTES))
        .startsWith("tier: ebpf\ncgroup: /sys/fs/cgroup/x\n")
        .contains("listen: '10.96.0.99:80'")
        .doesNotContain("turbo");
    assertThat(new Lighter(List.of(), Path.of("/sys/fs/cgroup/x"), true).config(ROUTES))
        .contains("defaults: {turbo: true}");
  }

  @Test
  void shouldWriteServersForThePeers() {
    assertThat(new Haproxy("2.6", 500).config(Path.of("/x/sock"), ROUTES))
        .contains("maxconn 500", "stats socket /x/sock", "listen echo\n  bind 10.77.1.1:80")
        .contains("server s0 10.77.2.2:8080\n", "server s1 10.77.2.2:8082 check\n");
    assertThat(new Nginx("1.22", 500).config(Path.of("/x"), Path.of("/x/log"), ROUTES))
        .contains("worker_connections 1000;", "error_log /x/log notice;")
        .contains("upstream pair { server 10.77.2.2:8081; server 10.77.2.2:8082; }")
        .contains("listen 10.77.1.1:81 backlog=4096; proxy_pass pair;");
  }

  @Test
  void shouldTakeTheLastOfThePairOut() {
    assertThat(Pair.changed(ROUTES, true)).isEqualTo(ROUTES);
    assertThat(Pair.changed(ROUTES, false))
        .extracting(route -> route.backs().size())
        .containsExactly(1, 1);
  }

  @Test
  void shouldSeeWhoListens() {
    List<String> lines =
        List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0",
            "   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0");

    assertThat(Programs.listening(lines)).containsExactly(8080);
  }
}
