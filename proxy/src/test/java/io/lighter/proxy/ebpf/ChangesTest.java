package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Changes under load, and what they cost. */
@RequiresRoot
@RequiresTool("python3")
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class ChangesTest extends BalancerFixture {
  private static final int CHANGES = 1_000;

  @Test
  void shouldRefuseNoConnectionDuringAThousandChanges() throws Exception {
    ClientProcess client = client();
    ClientProcess second = client();
    ConnectBalancer balancer = balancer();
    Backend one = backend("one");
    Backend two = backend("two");
    Backend three = backend("three");
    Service web = tcp("web", VIP, 80, one, two, three);
    balancer.apply(table(web));

    client.send("flood(4, '%s', 80)", VIP);
    second.send("flood(4, '%s', 80)", VIP);
    List<Backend> backends = List.of(one, two, three);
    for (int i = 0; i < CHANGES; i++) {
      List<Endpoint> endpoints = new ArrayList<>();
      for (int j = 0; j < 1 + i % 3; j++) {
        endpoints.add(new Endpoint(backends.get((i + j) % 3).address(), 1 + i % 5, false));
      }
      // Another service comes and goes, and takes over what the first one gives up.
      balancer.apply(
          i % 2 == 0
              ? table(web.with(endpoints))
              : table(web.with(endpoints), tcp("other" + i, VIP, 1000 + i, one)));
      Thread.sleep(3);
    }
    for (ClientProcess each : List.of(client, second)) {
      Map<String, Integer> results = ClientProcess.counts(each.answer());
      assertThat(results).containsOnlyKeys("one", "two", "three");
      assertThat(results.values().stream().mapToInt(n -> n).sum()).isGreaterThan(100);
    }
  }

  @Test
  void shouldMakeNoSystemCallForAChangeOfEndpoints() {
    FaultySystemCalls calls = new FaultySystemCalls((call, a0, a1) -> 0);
    Linux counted = new Linux(calls);
    try (ConnectBalancer balancer =
        ConnectBalancer.open(counted, cgroup, new Capacity(200, 3_000, 3_000, 100))) {
      List<Service> services = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        services.add(service(i, 10));
      }
      balancer.apply(new ServiceTable(services));

      calls.takeCount();
      services.set(50, service(50, 9));
      balancer.apply(new ServiceTable(services));
      assertThat(calls.takeCount()).as("an endpoint less").isEqualTo(0);
      balancer.put(service(50, 12));
      assertThat(calls.takeCount()).as("some more").isEqualTo(0);

      services.add(service(100, 10));
      services.remove(0);
      balancer.apply(new ServiceTable(services));
      assertThat(calls.takeCount()).as("a service more and one less: a batch each").isEqualTo(2);
    }
  }

  private static Service service(int number, int endpoints) {
    List<Endpoint> all = new ArrayList<>();
    for (int i = 0; i < endpoints; i++) {
      all.add(new Endpoint(address("10.1." + number + "." + (i + 1), 8080)));
    }
    return tcp("service" + number, "10.96.0." + number, 80).with(all);
  }
}
