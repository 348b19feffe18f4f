package io.lighter.proxy;

import io.lighter.proxy.ebpf.Eligibility;
import io.lighter.proxy.ebpf.SharedAddresses;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServicePlaces;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of services tier one takes while the kernel balances the clients of this machine: where they
 * can come from outside. What the kernel balances may be at addresses that the machine does not
 * have, such as the cluster's own of Kubernetes, where nobody can listen and nobody can come.
 *
 * <p>Not thread-safe.
 */
final class LocalFrontends {
  private Set<InetAddress> own = Set.of();
  private final SharedAddresses shared = new SharedAddresses();

  /**
   * Reads the addresses of the machine, of its network namespace.
   *
   * @return whether they are others than the last time
   */
  boolean readAddresses() {
    Set<InetAddress> addresses = new HashSet<>();
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .forEach(address -> addresses.add(withoutScope(address)));
    } catch (SocketException e) {
      throw new UncheckedIOException("the addresses of this machine cannot be read", e);
    }
    boolean changed = !addresses.equals(own);
    own = addresses;
    return changed;
  }

  /** Returns the addresses as they were read. */
  Set<InetAddress> addresses() {
    return own;
  }

  private static InetAddress withoutScope(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new AssertionError("it is an address", e);
    }
  }

  /** Is told of each change of the services. */
  void update(ServicePlaces.Preview preview) {
    shared.update(preview);
  }

  /**
   * Returns a service at the addresses where tier one is to listen for it: all of them if the
   * kernel does not balance it; empty for none.
   */
  Optional<Service> of(Service service) {
    if (!Eligibility.of(service.forLocalClients(), shared.addresses()).isEligible()) {
      return Optional.of(service);
    }
    List<Frontend> here = service.frontends().stream().filter(this::isHere).toList();
    return here.isEmpty() ? Optional.empty() : Optional.of(service.at(here));
  }

  private boolean isHere(Frontend frontend) {
    InetAddress address = frontend.address().getAddress();
    return address.isAnyLocalAddress() || address.isLoopbackAddress() || own.contains(address);
  }
}
