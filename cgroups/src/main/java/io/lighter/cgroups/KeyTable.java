package io.lighter.cgroups;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The keys that we look for in a file of the kernel's, found by their bytes without making a
 * string. Immutable.
 */
final class KeyTable {
  private static final int MULTIPLIER = 31;

  private final byte[][] keys;
  private final int[] slots;

  KeyTable(List<String> names) {
    keys = names.stream().map(n -> n.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
    // At most a quarter full, so that keys we do not know are mostly told by one look.
    slots = new int[Integer.highestOneBit(Math.max(1, keys.length)) * 8];
    Arrays.fill(slots, -1);
    for (int i = 0; i < keys.length; i++) {
      int hash = 0;
      for (byte b : keys[i]) {
        hash = hash(hash, b);
      }
      int slot = slot(hash);
      while (slots[slot] >= 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = i;
    }
  }

  /** Adds a byte to the hash of a key; it starts with 0. */
  static int hash(int hash, byte next) {
    return hash * MULTIPLIER + next;
  }

  /** Returns the index of a key that lies in a text, or -1. */
  int find(int hash, MemorySegment text, long start, long length) {
    int slot = slot(hash);
    while (slots[slot] >= 0) {
      int index = slots[slot];
      if (matches(keys[index], text, start, length)) {
        return index;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return -1;
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 16)) & (slots.length - 1);
  }

  private static boolean matches(byte[] key, MemorySegment text, long start, long length) {
    if (key.length != length) {
      return false;
    }
    for (int i = 0; i < key.length; i++) {
      if (text.get(JAVA_BYTE, start + i) != key[i]) {
        return false;
      }
    }
    return true;
  }
}
