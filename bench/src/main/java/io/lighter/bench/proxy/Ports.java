package io.lighter.bench.proxy;

import java.util.ArrayList;
import java.util.List;

/**
 * The routes of a stand.
 *
 * @param routes one of each name; of idle connections only where the server has addresses for them
 */
record Ports(List<Route> routes) {
  /**
   * The first port that is given. A site is in network namespaces of its own, where nobody else has
   * any, and clients connect from 1024 and above: none of them can take a server's meanwhile.
   */
  private static final int FIRST = 800;

  Ports {
    routes = List.copyOf(routes);
  }

  /** Gives out the ports of a site, the same for each. */
  static Ports at(Site site) {
    Dealer dealer = new Dealer(site.balancerAddress());
    List<String> servers = site.serverAddresses();
    List<String> first = List.of(servers.getFirst());
    List<Route> routes = new ArrayList<>();
    for (String name : List.of(Route.ECHO, Route.SINK, Route.SOURCE)) {
      routes.add(dealer.route(name, first, false));
    }
    if (servers.size() > 1) {
      routes.add(dealer.route(Route.IDLE, servers.subList(1, servers.size()), false));
    }
    routes.add(dealer.route(Route.PAIR, List.of(servers.getFirst(), servers.getFirst()), true));
    return new Ports(routes);
  }

  /** Gives one port after the other. */
  private static final class Dealer {
    private final String balancer;
    private int next = FIRST;

    Dealer(String balancer) {
      this.balancer = balancer;
    }

    Route route(String name, List<String> servers, boolean checked) {
      List<String> backs = new ArrayList<>();
      for (String server : servers) {
        backs.add(server + ":" + next++);
      }
      return new Route(name, balancer, next++, backs, checked);
    }
  }

  Route route(String name) {
    return routes.stream()
        .filter(route -> route.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no route " + name + " here"));
  }
}
