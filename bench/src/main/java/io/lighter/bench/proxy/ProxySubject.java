package io.lighter.bench.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kind of balancer, or none. */
interface ProxySubject {
  String name();

  String description();

  /** Returns whether it can be at a kind of site. */
  default boolean isAt(String site) {
    return true;
  }

  /** Returns whether it needs a stand of its own, since it would have a part in what others do. */
  default boolean isAlone() {
    return false;
  }

  /** Returns the cgroup whose clients it serves; null when it serves all. */
  default @Nullable Path cgroup() {
    return null;
  }

  /**
   * Starts it, and returns when it serves.
   *
   * @param folder for its files
   */
  Balancer start(Programs programs, Site site, Path folder, List<Route> routes)
      throws IOException, InterruptedException;
}
