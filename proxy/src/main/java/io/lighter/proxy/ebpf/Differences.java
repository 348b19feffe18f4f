package io.lighter.proxy.ebpf;

import io.lighter.proxy.service.Service;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is another service in one table than in the one before. Pure. */
final class Differences {
  private Differences() {}

  /**
   * Returns the services that have changed but for their addresses. Where most are the same objects
   * in the same order, as when one was exchanged, this costs a look at each.
   *
   * @return null when services or addresses have come, gone or changed places
   */
  static @Nullable List<Service> between(Map<String, Service> before, Map<String, Service> after) {
    if (before.size() != after.size()) {
      return null;
    }
    List<Service> changed = new ArrayList<>();
    Iterator<Service> old = before.values().iterator();
    for (Service service : after.values()) {
      Service other = old.next();
      if (service.equals(other)) {
        continue;
      }
      if (!service.name().equals(other.name()) || !service.frontends().equals(other.frontends())) {
        return null;
      }
      changed.add(service);
    }
    return changed;
  }
}
