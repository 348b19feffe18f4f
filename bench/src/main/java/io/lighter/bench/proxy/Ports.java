package io.lighter.bench.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The routes of a stand.
 *
 * @param routes one of each name; of idle connections only where the server has addresses for them
 */
record Ports(List<Route> routes) {
  Ports {
    routes = List.copyOf(routes);
  }

  /**
   * Takes ports that nobody has now.
   *
   * @param given those that were taken before, and perhaps are not listened at yet; it gets the new
   *     ones
   */
  static Ports free(Site site, Set<Integer> given) throws IOException {
    List<ServerSocket> taken = new ArrayList<>();
    try {
      List<String> servers = site.serverAddresses();
      List<Route> routes = new ArrayList<>();
      for (String name : List.of(Route.ECHO, Route.SINK, Route.SOURCE)) {
        routes.add(route(site, name, taken, given, List.of(servers.getFirst()), false));
      }
      if (servers.size() > 1) {
        List<String> others = servers.subList(1, servers.size());
        routes.add(route(site, Route.IDLE, taken, given, others, false));
      }
      String server = servers.getFirst();
      routes.add(route(site, Route.PAIR, taken, given, List.of(server, server), true));
      return new Ports(routes);
    } finally {
      for (ServerSocket socket : taken) {
        socket.close();
      }
    }
  }

  private static Route route(
      Site site,
      String name,
      List<ServerSocket> taken,
      Set<Integer> given,
      List<String> servers,
      boolean checked)
      throws IOException {
    List<String> backs = new ArrayList<>();
    for (String server : servers) {
      backs.add(server + ":" + take(taken, given));
    }
    return new Route(name, site.balancerAddress(), take(taken, given), backs, checked);
  }

  private static int take(List<ServerSocket> taken, Set<Integer> given) throws IOException {
    while (true) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      taken.add(socket);
      if (given.add(socket.getLocalPort())) {
        return socket.getLocalPort();
      }
    }
  }

  Route route(String name) {
    return routes.stream()
        .filter(route -> route.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no route " + name + " here"));
  }
}
