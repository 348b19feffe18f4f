package io.lighter.proxy.kube;

import io.lighter.proxy.service.AddressRange;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Transport;
import java.net.InetAddress;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a Service object asks of a proxy.
 *
 * @param clusterIps none for one that has no virtual addresses, or is not for us
 * @param balancerIps of load balancers that pass packets on as they are
 * @param sources who may come to the balancers' addresses; empty for everybody
 * @param internalLocal the cluster's addresses lead to endpoints of the client's node only
 * @param externalLocal the same for addresses that others come to
 * @param publishNotReady endpoints count as ready whatever they say
 * @param healthCheckPort where load balancers ask for local endpoints; 0 for none
 * @param behaviour all that does not depend on endpoints
 * @param ports those of protocols that are balanced
 * @param warnings about what is passed over
 */
record KubeService(
    ServiceKey key,
    Instant created,
    List<InetAddress> clusterIps,
    List<InetAddress> externalIps,
    List<InetAddress> balancerIps,
    List<AddressRange> sources,
    boolean internalLocal,
    boolean externalLocal,
    boolean publishNotReady,
    int healthCheckPort,
    Behaviour behaviour,
    List<Port> ports,
    List<String> warnings) {
  /**
   * A port of it.
   *
   * @param name empty for the only one
   * @param nodePort 0 for none
   */
  record Port(String name, Transport transport, int number, int nodePort) {}

  /** Returns the families that it has addresses in. */
  Set<IpFamily> families() {
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    for (InetAddress address : clusterIps) {
      families.add(IpFamily.of(address));
    }
    return families;
  }

  /** Returns the name of what is made of one of its ports, but for what tells its parts apart. */
  String nameOf(Port port) {
    return port.name().isEmpty() ? key.toString() : key + ":" + port.name();
  }
}
