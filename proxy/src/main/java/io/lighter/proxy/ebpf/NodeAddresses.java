package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMaps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes which addresses a wildcard stands for, as differences. */
final class NodeAddresses {
  /** Who connects to one of these connects to itself. */
  private static final List<InetAddress> WILDCARDS =
      List.of(InetAddress.ofLiteral("0.0.0.0"), InetAddress.ofLiteral("::"));

  private NodeAddresses() {}

  /**
   * Writes addresses in the place of those of before.
   *
   * @param own the cookie of the node's own network namespace
   */
  static void write(BpfMaps maps, BpfMap map, Collection<InetAddress> addresses, long own) {
    Map<Place, Long> wanted = new HashMap<>();
    for (InetAddress address : addresses) {
      wanted.put(Place.of(address), address.isLoopbackAddress() ? own : 0);
    }
    WILDCARDS.forEach(address -> wanted.put(Place.of(address), own));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(Layout.NODE_KEY_SIZE, Long.BYTES);
      MemorySegment value = arena.allocate(JAVA_LONG);
      for (Place place : read(maps, map, key)) {
        if (!wanted.containsKey(place)) {
          write(place, key);
          maps.delete(map, key);
        }
      }
      wanted.forEach(
          (place, namespace) -> {
            write(place, key);
            value.set(JAVA_LONG, 0, namespace);
            maps.update(map, key, value);
          });
    }
  }

  private static Set<Place> read(BpfMaps maps, BpfMap map, MemorySegment key) {
    Set<Place> places = new HashSet<>();
    for (boolean more = maps.nextKey(map, null, key); more; more = maps.nextKey(map, key, key)) {
      places.add(new Place(key.get(JAVA_LONG, 0), key.get(JAVA_LONG, Long.BYTES)));
    }
    return places;
  }

  private static void write(Place place, MemorySegment key) {
    key.set(JAVA_LONG, 0, place.first());
    key.set(JAVA_LONG, Long.BYTES, place.second());
  }
}
