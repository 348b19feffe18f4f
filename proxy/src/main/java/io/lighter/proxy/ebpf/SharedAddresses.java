package io.lighter.proxy.ebpf;

import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServicePlaces;
import io.lighter.proxy.service.Transport;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The TCP addresses where server names tell services apart, as services change. Not thread-safe.
 */
public final class SharedAddresses {
  private final Set<InetSocketAddress> addresses = new HashSet<>();

  /** Is told of each change. */
  public void update(ServicePlaces.Preview preview) {
    preview.tenants().forEach(this::update);
  }

  private void update(ServicePlaces.Place place, List<Service> there) {
    if (place.transport() == Transport.TCP) {
      if (there.stream().anyMatch(service -> isNamed(service, place.address()))) {
        addresses.add(place.address());
      } else {
        addresses.remove(place.address());
      }
    }
  }

  private static boolean isNamed(Service service, InetSocketAddress address) {
    return service.frontends().stream()
        .anyMatch(f -> f.address().equals(address) && !f.serverNames().isEmpty());
  }

  /** Returns them; a live view. */
  public Set<InetSocketAddress> addresses() {
    return Collections.unmodifiableSet(addresses);
  }
}
