package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMaps;
import io.lighter.proxy.service.Service;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More connections at a time than there are places for them. */
@RequiresRoot
@RequiresTool("python3")
@Timeout(120)
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class ConnectionPlacesTest extends BalancerFixture {
  private static final int MANY = Layout.PLACES + 400;
  private static final Capacity ENOUGH = new Capacity(64, 1_000, 20_000, MANY);

  @Test
  void shouldKnowThemAll() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = keep(ConnectBalancer.open(linux, cgroup, ENOUGH));
    Backend one = backend("one");
    Service web = tcp("web", VIP, 80, one);
    balancer.apply(table(EjectionTest.ejecting(web, 1_000, Duration.ofHours(1))));
    assertThat(client.count("keep_many(%d, '%s', 80)", MANY, VIP)).isEqualTo(Map.of("one", MANY));
    assertThat(taken()).as("more than half of the places").isGreaterThan(Layout.PLACES / 2);
    assertThat(client.count("peers_of_many()")).isEqualTo(Map.of(VIP + "/80", MANY));

    assertThat(client.ask("peer('%s', 80)", VIP)).isEqualTo(VIP + " 80");
    assertThat(balancer.closeConnections("web", one.address())).isEqualTo(MANY);
    assertThat(client.ask("say('many0')")).isEqualTo("ECONNABORTED");
    assertThat(client.ask("say('many%d')", MANY - 1)).isEqualTo("ECONNABORTED");

    client.ask("drop_many()");
    await().untilAsserted(() -> assertThat(taken()).isZero());
  }

  @Test
  void shouldCountWhatFailsBesideThem() throws Exception {
    ClientProcess client = client();
    ConnectBalancer balancer = keep(ConnectBalancer.open(linux, cgroup, ENOUGH));
    Backend gone = backend("gone");
    gone.close();
    Service web = tcp("web", VIP, 80, gone);
    Service full = tcp("full", VIP, 81, backend("full"));
    Duration hour = Duration.ofHours(1);
    balancer.apply(
        table(EjectionTest.ejecting(web, 1_000, hour), EjectionTest.ejecting(full, 1_000, hour)));
    client.count("keep_many(%d, '%s', 81)", MANY, VIP);
    assertThat(client.count("tcps(50, '%s', 80)", VIP)).isEqualTo(Map.of("ECONNREFUSED", 50));
    assertThat(balancer.failures("web", gone.address()).failures()).isEqualTo(50);
    client.ask("insist(3, ('%s', 80))", VIP);
    assertThat(balancer.failures("web", gone.address()).failures()).isEqualTo(53);
    client.ask("drop_many()");
  }

  /** Returns how many places are some socket's. */
  private long taken() {
    BpfMaps maps = linux.bpfMaps();
    for (int id : linux.bpf().maps()) {
      try (BpfMap map = maps.open(id);
          Arena arena = Arena.ofConfined()) {
        if (map != null && map.layout().name().equals(Layout.CONNECTIONS)) {
          return taken(maps, map, arena);
        }
      }
    }
    throw new AssertionError("there are no places");
  }

  private static long taken(BpfMaps maps, BpfMap map, Arena arena) {
    MemorySegment index = arena.allocate(JAVA_INT);
    MemorySegment connection = arena.allocate(Layout.CONNECTION_SIZE, Long.BYTES);
    long taken = 0;
    for (int i = 0; i < Layout.PLACES; i++) {
      index.set(JAVA_INT, 0, i);
      taken += maps.lookup(map, index, connection) && connection.get(JAVA_LONG, 0) != 0 ? 1 : 0;
    }
    return taken;
  }
}
