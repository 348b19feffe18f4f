package io.lighter.proxy.ebpf;

import io.lighter.proxy.service.Service;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a service has in the maps. */
final class Balanced {
  /** Where the slots of one family are, and which endpoints, by their indexes, are in them. */
  static final class Slots {
    static final Slots NONE = new Slots(SlotRange.NONE, new int[0]);

    private final SlotRange range;
    private final int[] order;

    Slots(SlotRange range, int[] order) {
      this.range = range;
      this.order = order;
    }

    SlotRange range() {
      return range;
    }

    int size() {
      return order.length;
    }

    int endpoint(int slot) {
      return order[slot];
    }

    boolean hasOrder(int[] other) {
      return Arrays.equals(order, other);
    }
  }

  private final int id;
  private final Map<FrontendKey, Integer> entries = new HashMap<>();
  private final Map<InetSocketAddress, Integer> endpoints = new HashMap<>();
  private final Set<InetSocketAddress> draining = new HashSet<>();
  private Slots ipv4 = Slots.NONE;
  private Slots ipv6 = Slots.NONE;
  private @Nullable Service service;
  private @Nullable EntrySettings settings;

  /**
   * Begins with nothing.
   *
   * @param id which no other service has had
   */
  Balanced(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }

  /** Returns the index of the entry of each frontend. */
  Map<FrontendKey, Integer> entries() {
    return entries;
  }

  /** Returns the index of each endpoint. */
  Map<InetSocketAddress, Integer> endpoints() {
    return endpoints;
  }

  /** Returns the endpoint that has an index, null for none. */
  @Nullable InetSocketAddress endpointAt(int index) {
    for (Map.Entry<InetSocketAddress, Integer> endpoint : endpoints.entrySet()) {
      if (endpoint.getValue() == index) {
        return endpoint.getKey();
      }
    }
    return null;
  }

  /** Returns the endpoints that have been told to get no new connections, and that is not over. */
  Set<InetSocketAddress> draining() {
    return draining;
  }

  Slots slots(boolean isIpv4) {
    return isIpv4 ? ipv4 : ipv6;
  }

  void setSlots(boolean isIpv4, Slots slots) {
    if (isIpv4) {
      ipv4 = slots;
    } else {
      ipv6 = slots;
    }
  }

  /** Returns the service as it is served, or null when it was taken over and not seen since. */
  @Nullable Service service() {
    return service;
  }

  @Nullable EntrySettings settings() {
    return settings;
  }

  /** Tells how the entries work that were taken over. */
  void inherit(EntrySettings found) {
    settings = found;
  }

  void serve(Service served, EntrySettings by) {
    service = served;
    settings = by;
  }
}
