package io.lighter.proxy.kube;

import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A port of a service in one family: the addresses that clients come to, and in what role each of
 * them is one.
 */
record Target(KubeService.Port port, IpFamily family, Map<Frontend, Role> frontends) {
  /** As what clients know an address. */
  enum Role {
    /** Of the cluster: clusterIPs. */
    CLUSTER,
    /** Of a load balancer, whose clients may be restricted. */
    BALANCER,
    /** Other addresses that lead here from outside, node ports among them. */
    EXTERNAL
  }

  /** Returns those of a service on a node. */
  static List<Target> of(KubeService service, ProxyNode node) {
    List<Target> targets = new ArrayList<>(2);
    Set<Frontend> seen = new HashSet<>();
    for (KubeService.Port port : service.ports()) {
      for (IpFamily family : service.families()) {
        Map<Frontend, Role> frontends = new LinkedHashMap<>();
        // An address that is both is the load balancer's: then its restrictions hold.
        add(service.clusterIps(), port.number(), port, family, Role.CLUSTER, frontends);
        add(service.balancerIps(), port.number(), port, family, Role.BALANCER, frontends);
        add(service.externalIps(), port.number(), port, family, Role.EXTERNAL, frontends);
        if (port.nodePort() != 0) {
          List<InetAddress> addresses = node.nodePortsAt(family);
          add(addresses, port.nodePort(), port, family, Role.EXTERNAL, frontends);
        }
        frontends.keySet().removeIf(frontend -> !seen.add(frontend));
        targets.add(new Target(port, family, frontends));
      }
    }
    return targets;
  }

  private static void add(
      List<InetAddress> addresses,
      int number,
      KubeService.Port port,
      IpFamily family,
      Role role,
      Map<Frontend, Role> frontends) {
    Transport transport = port.transport();
    for (InetAddress address : addresses) {
      if (IpFamily.of(address) == family) {
        frontends.putIfAbsent(
            new Frontend(transport, new InetSocketAddress(address, number)), role);
      }
    }
  }
}
