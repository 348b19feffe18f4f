package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMaps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What an earlier process left in the maps, wherever it was when it ended: everything that a
 * program can still reach, and nothing else.
 *
 * @param services without their names, which are not in the maps
 * @param ranges all slots in use, each once
 * @param strayRanges those of them that are in use by an entry but not what its service has
 * @param lastService the highest number that any service had
 * @param lastGeneration the highest that any endpoint had
 */
record Inheritance(
    List<Balanced> services,
    Set<SlotRange> ranges,
    Set<SlotRange> strayRanges,
    int lastService,
    int lastGeneration) {

  /** Reads the maps. */
  static Inheritance read(Tables tables, BpfMaps calls) {
    Map<Integer, Balanced> byId = new HashMap<>();
    Set<SlotRange> ranges = new LinkedHashSet<>();
    Set<SlotRange> stray = new LinkedHashSet<>();
    BitSet reached = new BitSet();
    readFrontends(tables, calls)
        .forEach(
            (key, entry) -> {
              Balanced service = byId.computeIfAbsent(tables.serviceOfEntry(entry), Balanced::new);
              service.entries().put(key, entry);
              service.inherit(tables.settings(entry));
              SlotRange range = tables.target(entry);
              if (range.count() == 0 || !ranges.add(range)) {
                return;
              }
              int[] order = order(tables, range);
              IntStream.of(order).forEach(reached::set);
              boolean ipv4 = key.place().isIpv4();
              if (service.slots(ipv4).size() == 0) {
                service.setSlots(ipv4, new Balanced.Slots(range, order));
              } else {
                stray.add(range);
              }
            });
    int lastService = 0;
    for (int i = 0; i < tables.size(Layout.ENTRIES); i++) {
      lastService = Math.max(lastService, tables.serviceOfEntry(i));
    }
    int lastGeneration = 0;
    for (int i = 0; i < tables.size(Layout.ENDPOINTS); i++) {
      lastGeneration = Math.max(lastGeneration, tables.generation(i));
      Balanced service = byId.get(tables.serviceOfEndpoint(i));
      // An index that was given up still has the service that it was for.
      if (service == null || !(tables.keeps(i) || reached.get(i))) {
        tables.setKeeps(i, false);
      } else {
        service.endpoints().put(tables.place(i).withPort(tables.port(i)), i);
      }
    }
    return new Inheritance(List.copyOf(byId.values()), ranges, stray, lastService, lastGeneration);
  }

  private static int[] order(Tables tables, SlotRange range) {
    int[] order = new int[range.count()];
    for (int i = 0; i < order.length; i++) {
      order[i] = tables.slot(range.first() + i);
    }
    return order;
  }

  private static Map<FrontendKey, Integer> readFrontends(Tables tables, BpfMaps calls) {
    Map<FrontendKey, Integer> found = new HashMap<>();
    BpfMap map = tables.map(Layout.FRONTENDS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(FrontendKey.SIZE, Long.BYTES);
      MemorySegment value = arena.allocate(JAVA_INT);
      for (boolean more = calls.nextKey(map, null, key);
          more;
          more = calls.nextKey(map, key, key)) {
        if (calls.lookup(map, key, value)) {
          found.put(FrontendKey.read(key, 0), value.get(JAVA_INT, 0));
        }
      }
    }
    return found;
  }
}
