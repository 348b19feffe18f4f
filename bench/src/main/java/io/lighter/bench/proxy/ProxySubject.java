package io.lighter.bench.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A kind of balancer, or none. */
interface ProxySubject {
  String name();

  String description();

  /** Returns whether it can be at a kind of site. */
  default boolean isAt(String site) {
    return true;
  }

  /** Returns what has to be before the servers' command. */
  default List<String> serverPrefix() {
    return List.of();
  }

  /**
   * Starts it, and returns when it serves.
   *
   * @param folder for its files
   */
  Balancer start(Programs programs, Site site, Path folder, List<Route> routes)
      throws IOException, InterruptedException;
}
