package io.lighter.bench.proxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The routes of a balancer at its stand.
 *
 * @param routes one of each name; of idle connections only where the server has addresses for them
 */
record Ports(List<Route> routes) {
  /**
   * The first port of a server. A site is in network namespaces of its own, where nobody else has
   * any, and clients connect from 1024 and above: none of them can take a server's meanwhile.
   */
  private static final int FIRST_BACK = 800;

  /** The first port of a balancer. */
  private static final int FIRST_FRONT = 900;

  Ports {
    routes = List.copyOf(routes);
  }

  /**
   * Gives out the ports of a site: those of its servers are the same for each balancer.
   *
   * @param place which of the balancers it is, from 0
   */
  static Ports at(Site site, int place) {
    List<String> servers = site.serverAddresses();
    List<String> first = List.of(servers.getFirst());
    Map<String, List<String>> to = new LinkedHashMap<>();
    for (String name : List.of(Route.ECHO, Route.SINK, Route.SOURCE)) {
      to.put(name, first);
    }
    if (servers.size() > 1) {
      to.put(Route.IDLE, servers.subList(1, servers.size()));
    }
    to.put(Route.PAIR, List.of(servers.getFirst(), servers.getFirst()));
    List<Route> routes = new ArrayList<>();
    int back = FIRST_BACK;
    int front = FIRST_FRONT + place * to.size();
    for (Map.Entry<String, List<String>> route : to.entrySet()) {
      List<String> backs = new ArrayList<>();
      for (String server : route.getValue()) {
        backs.add(server + ":" + back++);
      }
      String name = route.getKey();
      boolean checked = name.equals(Route.PAIR);
      routes.add(new Route(name, site.balancerAddress(), front++, backs, checked));
    }
    return new Ports(routes);
  }

  Route route(String name) {
    return routes.stream()
        .filter(route -> route.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no route " + name + " here"));
  }
}
