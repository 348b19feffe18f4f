package io.lighter.proxy.relay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Services by the names of TLS servers, looked up without making a string of the name. Case does
 * not matter. Immutable.
 */
final class NameTable {
  private final byte[][] names;
  private final @Nullable ServedService[] services;
  private final int size;

  /**
   * Makes a table.
   *
   * @param byName {@code *.example.org} stands for all names one level below
   */
  NameTable(Map<String, ServedService> byName) {
    size = byName.size();
    int capacity = Integer.highestOneBit(Math.max(1, 2 * size)) << 1;
    names = new byte[capacity][];
    services = new @Nullable ServedService[capacity];
    byName.forEach(
        (name, service) -> {
          String key = name.startsWith("*.") ? name.substring(1) : name;
          byte[] bytes = key.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
          int slot = slot(MemorySegment.ofArray(bytes), 0, bytes.length);
          names[slot] = bytes;
          services[slot] = service;
        });
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Returns the service of a name, or null. */
  @Nullable ServedService get(MemorySegment memory, int offset, int length) {
    ServedService exact = services[slot(memory, offset, length)];
    if (exact != null) {
      return exact;
    }
    for (int i = 1; i < length; i++) {
      if (memory.get(JAVA_BYTE, offset + i) == '.') {
        return services[slot(memory, offset + i, length - i)];
      }
    }
    return null;
  }

  /** Returns where a name is, or where it would be. */
  private int slot(MemorySegment memory, int offset, int length) {
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + lower(memory.get(JAVA_BYTE, offset + i));
    }
    int slot = (hash ^ hash >>> 16) & (names.length - 1);
    while (services[slot] != null && !isSame(names[slot], memory, offset, length)) {
      slot = (slot + 1) & (names.length - 1);
    }
    return slot;
  }

  private static boolean isSame(byte[] name, MemorySegment memory, int offset, int length) {
    if (name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name[i] != lower(memory.get(JAVA_BYTE, offset + i))) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }
}
