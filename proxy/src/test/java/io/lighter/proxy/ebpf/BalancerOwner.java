package io.lighter.proxy.ebpf;

import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process that balances until it is killed, and changes its services all the time. */
final class BalancerOwner {
  private BalancerOwner() {}

  /** Takes the cgroup, and the ports of two endpoints on loopback. */
  public static void main(String[] arguments) throws IOException {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
      endpoints.add(new Endpoint(new InetSocketAddress(loopback, Integer.parseInt(arguments[i]))));
    }
    ConnectBalancer balancer = BalancerFixture.own(arguments[0]);
    balancer.apply(new ServiceTable(services(endpoints)));
    System.out.println("ready");
    for (int i = 0; true; i++) {
      List<Service> changing = services(endpoints);
      changing.add(service("other" + i % 7, "10.96.1." + i % 7, endpoints, Behaviour.DEFAULT));
      changing.set(
          0,
          service("web", BalancerFixture.VIP, endpoints.subList(0, 1 + i % 2), Behaviour.DEFAULT));
      balancer.apply(new ServiceTable(changing));
    }
  }

  static List<Service> services(List<Endpoint> endpoints) {
    Behaviour sticky = Behaviour.DEFAULT.with(new Affinity(Duration.ofHours(1)));
    return new ArrayList<>(
        List.of(
            service("web", BalancerFixture.VIP, endpoints, Behaviour.DEFAULT),
            service("sticky", "10.96.0.11", endpoints, sticky)));
  }

  private static Service service(
      String name, String vip, List<Endpoint> endpoints, Behaviour behaviour) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(vip), 80);
    return new Service(name, List.of(new Frontend(Transport.TCP, address)), endpoints, behaviour);
  }
}
