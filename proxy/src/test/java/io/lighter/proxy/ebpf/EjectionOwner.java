package io.lighter.proxy.ebpf;

import java.util.ArrayList;
import java.util.List;

/** A process that balances a service with ejection until it is killed. */
final class EjectionOwner {
  private EjectionOwner() {}

  /** Takes the cgroup, and the ports of endpoints on loopback. */
  public static void main(String[] arguments) throws InterruptedException {
    ConnectBalancer balancer = BalancerFixture.own(arguments[0]);
    List<String> ports = new ArrayList<>(List.of(arguments));
    ports.removeFirst();
    balancer.apply(
        BalancerFixture.table(
            EjectionTest.web(
                ports.stream()
                    .map(port -> BalancerFixture.address("127.0.0.1", Integer.parseInt(port)))
                    .toList())));
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }
}
