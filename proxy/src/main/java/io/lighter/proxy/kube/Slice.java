package io.lighter.proxy.kube;

import io.lighter.proxy.service.Transport;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an EndpointSlice says. Each of its endpoints has each of its ports.
 *
 * @param service whose endpoints they are, or null for a slice that no proxy is to use
 */
record Slice(
    String namespace,
    String name,
    @Nullable ServiceKey service,
    IpFamily family,
    List<Port> ports,
    List<Member> members) {
  /** A port, by the name that it has in the Service. */
  record Port(String name, Transport transport, int number) {}

  /**
   * An endpoint.
   *
   * @param ready takes connections
   * @param serving could take connections, also while it ends
   * @param terminating comes to its end
   * @param node where it runs; empty when it is not said
   * @param zones whose clients it is meant for; empty when it is not said
   * @param nodes the same for nodes
   */
  record Member(
      InetAddress address,
      boolean ready,
      boolean serving,
      boolean terminating,
      String node,
      Set<String> zones,
      Set<String> nodes) {}
}
