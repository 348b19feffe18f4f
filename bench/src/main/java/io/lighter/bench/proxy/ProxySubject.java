package io.lighter.bench.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A kind of balancer, or none. */
interface ProxySubject {
  String name();

  String description();

  /** Returns whether it can be at a site. */
  default boolean isAt(Site site) {
    return true;
  }

  /**
   * Starts it, and returns when it serves.
   *
   * @param folder for its files
   */
  Balancer start(Programs programs, Site site, Path folder, List<Route> routes)
      throws IOException, InterruptedException;
}
