package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.lighter.linux.BpfMaps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The sockets, by their cookies, that may be bound to the addresses of services. Not thread-safe.
 */
final class BindPermits {
  private final BpfMaps maps;
  private final Tables tables;

  BindPermits(BpfMaps maps, Tables tables) {
    this.maps = maps;
    this.tables = tables;
  }

  void add(long cookie) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(JAVA_LONG, cookie);
      maps.update(tables.map(Layout.PERMITS), key, arena.allocateFrom(JAVA_INT, 1));
    }
  }

  void remove(long cookie) {
    try (Arena arena = Arena.ofConfined()) {
      maps.delete(tables.map(Layout.PERMITS), arena.allocateFrom(JAVA_LONG, cookie));
    }
  }
}
