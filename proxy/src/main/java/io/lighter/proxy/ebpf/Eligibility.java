package io.lighter.proxy.ebpf;

import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Limits;
import io.lighter.proxy.service.ProxyHeaders;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether tier two can take a service, and if not, everything that stands in the way. A pure
 * function of the service.
 *
 * <p>It sees a connection once, when a client makes it, and not its bytes, its end or its failure.
 * So some of what tier one does cannot be asked of it; some other things are left out without a
 * word, because they would be there for every service: a connection that an endpoint refuses is not
 * tried at another, and the time to connect is the client's own. An active check is made by
 * somebody else, who tells {@link ConnectBalancer#setHealthy}. The client's address is what
 * endpoints see, asked for or not.
 *
 * @param obstacles why not, each a sentence without its end; empty when it can
 */
public record Eligibility(List<String> obstacles) {
  static final Eligibility ELIGIBLE = new Eligibility(List.of());

  /** Copies the list. */
  public Eligibility {
    obstacles = List.copyOf(obstacles);
  }

  /** Returns whether tier two can take it. */
  public boolean isEligible() {
    return obstacles.isEmpty();
  }

  /** Looks at a service that has its addresses to itself. */
  public static Eligibility of(Service service) {
    return of(service, Set.of());
  }

  /**
   * Looks at a service of a table.
   *
   * @param shared the addresses of {@link SharedAddresses}
   */
  public static Eligibility of(Service service, Set<InetSocketAddress> shared) {
    List<String> obstacles = new ArrayList<>();
    if (isAtAny(service, shared)) {
      obstacles.add("server names decide at an address that it shares");
    }
    behaviour(service.behaviour(), obstacles);
    addresses(service, obstacles);
    return obstacles.isEmpty() ? ELIGIBLE : new Eligibility(obstacles);
  }

  static boolean isAtAny(Service service, Set<InetSocketAddress> addresses) {
    return !addresses.isEmpty()
        && service.transport() == Transport.TCP
        && service.frontends().stream().anyMatch(f -> addresses.contains(f.address()));
  }

  private static void behaviour(Behaviour behaviour, List<String> obstacles) {
    if (behaviour.balancing().countsConnections()) {
      obstacles.add(
          "balancing "
              + behaviour.balancing()
              + " needs the number of connections of each endpoint, which is not known here");
    }
    if (behaviour.headers().receive()) {
      obstacles.add("PROXY headers are received");
    }
    if (behaviour.headers().send() != ProxyHeaders.Version.NONE) {
      obstacles.add("PROXY headers are sent: " + behaviour.headers().send());
    }
    if (!behaviour.limits().equals(Limits.NONE)) {
      obstacles.add("connections are limited: " + behaviour.limits());
    }
    if (!behaviour.timeouts().idle().isZero()) {
      obstacles.add("idle connections are closed, after " + behaviour.timeouts().idle());
    }
    if (!behaviour.sources().isEmpty()) {
      obstacles.add("only some clients are served, those of " + behaviour.sources());
    }
  }

  private static void addresses(Service service, List<String> obstacles) {
    for (Frontend frontend : service.frontends()) {
      if (!frontend.serverNames().isEmpty()) {
        obstacles.add("server names decide at " + frontend.address());
      }
      if (isLinkLocal(frontend.address())) {
        obstacles.add("an address is link-local: " + frontend.address());
      }
    }
    for (Endpoint endpoint : service.endpoints()) {
      if (endpoint.address() instanceof UnixDomainSocketAddress) {
        obstacles.add("an endpoint is a Unix socket: " + endpoint.address());
      } else if (isLinkLocal(endpoint.address())) {
        obstacles.add("an endpoint is link-local: " + endpoint.address());
      }
    }
    if (!service.endpoints().isEmpty()) {
      families(service, obstacles);
    }
  }

  /** A socket is of one family for ever, so the endpoints of the other are not for its clients. */
  private static void families(Service service, List<String> obstacles) {
    Set<String> frontends =
        families(service.frontends().stream().map(frontend -> (SocketAddress) frontend.address()));
    Set<String> endpoints = families(service.endpoints().stream().map(Endpoint::address));
    for (String family : frontends) {
      if (!endpoints.contains(family)) {
        obstacles.add("an address is of " + family + " and no endpoint is");
      }
    }
    for (String family : endpoints) {
      if (!frontends.contains(family)) {
        obstacles.add("an endpoint is of " + family + " and no address is");
      }
    }
  }

  private static Set<String> families(Stream<SocketAddress> addresses) {
    return addresses
        .filter(InetSocketAddress.class::isInstance)
        .map(address -> ((InetSocketAddress) address).getAddress())
        .map(address -> address instanceof Inet6Address ? "IPv6" : "IPv4")
        .collect(Collectors.toSet());
  }

  /** One of IPv6 needs the interface beside the address. */
  private static boolean isLinkLocal(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet)) {
      return false;
    }
    InetAddress ip = inet.getAddress();
    return ip instanceof Inet6Address && ip.isLinkLocalAddress();
  }

  @Override
  public String toString() {
    return isEligible() ? "eligible" : String.join("; ", obstacles);
  }
}
