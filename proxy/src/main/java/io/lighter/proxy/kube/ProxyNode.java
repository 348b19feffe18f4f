package io.lighter.proxy.kube;

import io.lighter.proxy.service.AddressRange;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * The machine that services are computed for.
 *
 * @param name of the Node object, by which endpoints are local; empty for none, then none is local
 * @param zone its label topology.kubernetes.io/zone; empty for none, then no hint for a zone counts
 * @param addresses its own
 * @param nodePortAddresses at which of its addresses node ports are; empty for all, also those that
 *     it gets later
 */
public record ProxyNode(
    String name, String zone, List<InetAddress> addresses, List<AddressRange> nodePortAddresses) {
  private static final List<InetAddress> EVERYWHERE =
      List.of(IpFamily.IPV4.wildcard(), IpFamily.IPV6.wildcard());

  /** Checks that node ports are somewhere. */
  public ProxyNode {
    addresses = List.copyOf(addresses);
    nodePortAddresses = List.copyOf(nodePortAddresses);
    for (AddressRange range : nodePortAddresses) {
      if (addresses.stream().noneMatch(range::contains)) {
        throw new IllegalArgumentException(
            "none of the node's addresses %s is in %s of its node port addresses"
                .formatted(addresses.stream().map(InetAddress::getHostAddress).toList(), range));
      }
    }
  }

  /** One without a zone, with node ports at all addresses. */
  public ProxyNode(String name) {
    this(name, "", List.of(), List.of());
  }

  /** Returns the addresses where node ports of a family are; the wildcard stands for all. */
  List<InetAddress> nodePortsAt(IpFamily family) {
    return (nodePortAddresses.isEmpty() ? EVERYWHERE : addresses)
        .stream()
            .filter(address -> address instanceof Inet4Address == (family == IpFamily.IPV4))
            .filter(
                address ->
                    nodePortAddresses.isEmpty()
                        || nodePortAddresses.stream().anyMatch(range -> range.contains(address)))
            .distinct()
            .toList();
  }
}
