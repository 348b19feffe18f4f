package io.lighter.bench.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.bench.machine.Command;
import io.lighter.bench.proxy.Site.Role;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@RequiresTool(value = "ip", debianPackage = "iproute2")
class NetworkNamespacesTest {
  private static final Programs PROGRAMS = new Programs(List.of());

  @TempDir Path folder;

  private static List<String> in(Site site, Role role, String script) throws Exception {
    List<String> command = new ArrayList<>(site.prefix(role));
    command.addAll(List.of("sh", "-c", script));
    return Command.lines(command);
  }

  @Test
  @LeavesNothing
  void shouldConnectAllThree() throws Exception {
    try (Site site = NetworkNamespaces.make()) {
      String own = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
      for (Role role : Role.values()) {
        assertThat(in(site, role, "readlink /proc/self/ns/net")).doesNotContain(own);
      }
      assertThat(in(site, Role.CLIENT, "ip -4 route get 10.77.2.2").getFirst())
          .contains("via 10.77.1.1 dev wire");
      assertThat(in(site, Role.SERVER, "ip -4 route get 10.77.1.2").getFirst())
          .contains("via 10.77.2.1 dev wire");
      assertThat(in(site, Role.BALANCER, "cat /proc/sys/net/ipv4/ip_forward")).containsExactly("1");
    }
  }

  @Test
  @LeavesNothing
  void shouldHaveAllAtLoopbackInANamespaceOfItsOwn() throws Exception {
    try (Site site = Loopback.make()) {
      List<String> inside = in(site, Role.CLIENT, "readlink /proc/self/ns/net");
      String own = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
      assertThat(inside).doesNotContain(own);
      assertThat(in(site, Role.SERVER, "readlink /proc/self/ns/net")).isEqualTo(inside);
      Ports ports = Ports.at(site, 0);
      assertThat(ports.route(Route.IDLE).backs())
          .hasSize(5)
          .allMatch(back -> back.startsWith("127.0.0."));
      assertThat(ports.route(Route.PAIR).backs()).hasSize(2).doesNotHaveDuplicates();
      List<String> range = in(site, Role.CLIENT, "cat /proc/sys/net/ipv4/ip_local_port_range");
      assertThat(range.getFirst()).matches("1024\\s+65535");
      assertThat(ports.routes()).allMatch(route -> route.port() < 1024);
      Ports others = Ports.at(site, 1);
      assertThat(others.routes())
          .extracting(Route::backs)
          .isEqualTo(ports.routes().stream().map(Route::backs).toList());
      assertThat(others.routes())
          .extracting(Route::port)
          .doesNotContainAnyElementsOf(ports.routes().stream().map(Route::port).toList());
    }
  }

  @Test
  @LeavesNothing
  @RequiresTool(value = "nft", debianPackage = "nftables")
  void shouldTranslateInTheBalancersOnly() throws Exception {
    Route route = new Route(Route.ECHO, "10.77.1.1", 80, List.of("10.77.2.2:8080"), false);
    try (Site site = NetworkNamespaces.make()) {
      try (Balancer nft = new Nftables("").start(PROGRAMS, site, folder, List.of(route))) {
        assertThat(nft.front(route)).isEqualTo("10.77.1.1:80");
        assertThat(in(site, Role.BALANCER, "nft list tables")).containsExactly("table ip bench");
        assertThat(in(site, Role.CLIENT, "nft list tables")).isEmpty();
      }
      assertThat(in(site, Role.BALANCER, "nft list tables")).isEmpty();
    }
  }
}
