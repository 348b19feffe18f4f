package io.lighter.bench.proxy;

import java.nio.file.Path;
import java.util.List;

/** Nothing between the client and the server: the ceiling. */
record Direct() implements ProxySubject {
  @Override
  public String name() {
    return "direct";
  }

  @Override
  public String description() {
    return "no balancer: the client connects to the server";
  }

  @Override
  public Balancer start(Programs programs, Site site, Path folder, List<Route> routes) {
    return new Balancer() {
      @Override
      public String front(Route route) {
        return route.backs().getFirst();
      }

      @Override
      public void close() {
        // There is nothing.
      }
    };
  }
}
