package io.lighter.proxy;

import io.lighter.proxy.ebpf.Eligibility;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which addresses of services this machine has. What the kernel balances may be at others, such as
 * the cluster's own of Kubernetes, where nobody can listen and nobody outside can come.
 */
final class LocalFrontends {
  private LocalFrontends() {}

  /** Returns the addresses of the machine, of its network namespace. */
  static Set<InetAddress> addresses() {
    try {
      Set<InetAddress> addresses = new HashSet<>();
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .forEach(address -> addresses.add(withoutScope(address)));
      return addresses;
    } catch (SocketException e) {
      throw new UncheckedIOException("the addresses of this machine cannot be read", e);
    }
  }

  private static InetAddress withoutScope(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new AssertionError("it is an address", e);
    }
  }

  /**
   * Leaves out the frontends at addresses that the machine does not have, of services that the
   * kernel balances.
   */
  static ServiceTable of(ServiceTable services) {
    Set<InetAddress> own = addresses();
    Set<InetSocketAddress> shared = Eligibility.sharedAddresses(services);
    List<Service> kept = new ArrayList<>();
    for (Service service : services.services()) {
      if (!Eligibility.of(service, shared).isEligible()) {
        kept.add(service);
        continue;
      }
      List<Frontend> here =
          service.frontends().stream().filter(frontend -> isHere(frontend, own)).toList();
      if (!here.isEmpty()) {
        kept.add(new Service(service.name(), here, service.endpoints(), service.behaviour()));
      }
    }
    return new ServiceTable(kept);
  }

  private static boolean isHere(Frontend frontend, Set<InetAddress> own) {
    InetAddress address = frontend.address().getAddress();
    return address.isAnyLocalAddress() || address.isLoopbackAddress() || own.contains(address);
  }
}
