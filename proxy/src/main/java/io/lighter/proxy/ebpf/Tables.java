package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMapLayout;
import io.lighter.linux.BpfMaps;
import io.lighter.linux.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;

/**
 * The maps of a balancer, open and, where they are arrays, in the memory of this process: setting
 * an entry, a slot or an endpoint is a store and no system call.
 *
 * <p>Programs read at any time. So what is reachable for them is either set in one step, or has
 * been written completely before it became so. Not thread-safe.
 */
final class Tables implements AutoCloseable {
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final Map<String, BpfMap> maps;
  private final SharedMemory entries;
  private final SharedMemory slots;
  private final SharedMemory endpoints;
  private final SharedMemory failures;

  private Tables(Map<String, BpfMap> maps, SharedMemory... shared) {
    this.maps = Map.copyOf(maps);
    this.entries = shared[0];
    this.slots = shared[1];
    this.endpoints = shared[2];
    this.failures = shared[3];
  }

  /** Makes the maps, with nothing in them. */
  static Tables create(BpfMaps calls, Capacity capacity) {
    Map<String, BpfMap> maps = new HashMap<>();
    boolean done = false;
    try {
      for (BpfMapLayout layout : Layout.maps(capacity)) {
        maps.put(layout.name(), calls.create(layout));
      }
      Tables tables = of(calls, maps);
      done = true;
      return tables;
    } finally {
      if (!done) {
        maps.values().forEach(BpfMap::close);
      }
    }
  }

  /** Takes maps that are there. They are the tables' from now on, also when this fails. */
  static Tables of(BpfMaps calls, Map<String, BpfMap> maps) {
    String[] shared = {Layout.ENTRIES, Layout.SLOTS, Layout.ENDPOINTS, Layout.FAILURES};
    SharedMemory[] memory = new SharedMemory[shared.length];
    boolean done = false;
    try {
      for (int i = 0; i < shared.length; i++) {
        memory[i] = calls.map(get(maps, shared[i]));
      }
      done = true;
      return new Tables(maps, memory);
    } finally {
      if (!done) {
        for (SharedMemory one : memory) {
          if (one != null) {
            one.close();
          }
        }
        maps.values().forEach(BpfMap::close);
      }
    }
  }

  private static BpfMap get(Map<String, BpfMap> maps, String name) {
    BpfMap map = maps.get(name);
    if (map == null) {
      throw new IllegalStateException("there is no map " + name);
    }
    return map;
  }

  /** Returns a map by its name of {@link Layout}. */
  BpfMap map(String name) {
    return get(maps, name);
  }

  /** Returns all by their names. */
  Map<String, BpfMap> maps() {
    return maps;
  }

  /** Returns how many entries an array has. */
  int size(String name) {
    return map(name).layout().maxEntries();
  }

  /** Writes an entry that no program reaches yet. */
  void writeEntry(int index, FrontendKey key, int service, EntrySettings settings) {
    MemorySegment memory = entries.memory();
    long at = (long) index * Layout.ENTRY_SIZE;
    key.write(memory, at);
    memory.set(JAVA_INT, at + Layout.ENTRY_SERVICE, service);
    memory.set(JAVA_LONG, at + Layout.ENTRY_TARGET, 0);
    writeSettings(index, settings);
  }

  /** Changes how an entry works; programs may see some of it before the rest. */
  void writeSettings(int index, EntrySettings settings) {
    MemorySegment memory = entries.memory();
    long at = (long) index * Layout.ENTRY_SIZE;
    memory.set(JAVA_LONG, at + Layout.ENTRY_STICK_TIME, settings.stickTime());
    memory.set(JAVA_LONG, at + Layout.ENTRY_NAMESPACE, settings.namespace());
    memory.set(JAVA_BYTE, at + Layout.ENTRY_REFUSAL, (byte) settings.refusal());
    memory.set(JAVA_BYTE, at + Layout.ENTRY_TURBO, (byte) (settings.turbo() ? 1 : 0));
    memory.set(JAVA_BYTE, at + Layout.ENTRY_BALANCING, (byte) settings.balancing());
    memory.set(JAVA_BYTE, at + Layout.ENTRY_STICK, (byte) settings.stick());
  }

  EntrySettings settings(int index) {
    MemorySegment memory = entries.memory();
    long at = (long) index * Layout.ENTRY_SIZE;
    return new EntrySettings(
        memory.get(JAVA_BYTE, at + Layout.ENTRY_BALANCING),
        memory.get(JAVA_BYTE, at + Layout.ENTRY_STICK),
        memory.get(JAVA_LONG, at + Layout.ENTRY_STICK_TIME),
        Byte.toUnsignedInt(memory.get(JAVA_BYTE, at + Layout.ENTRY_REFUSAL)),
        memory.get(JAVA_LONG, at + Layout.ENTRY_NAMESPACE),
        memory.get(JAVA_BYTE, at + Layout.ENTRY_TURBO) != 0);
  }

  /** Leads the connections of an entry to other slots, in one step. */
  void setTarget(int index, SlotRange range) {
    long target = (long) range.count() << 32 | Integer.toUnsignedLong(range.first());
    LONG.setRelease(
        entries.memory(), (long) index * Layout.ENTRY_SIZE + Layout.ENTRY_TARGET, target);
  }

  FrontendKey key(int index) {
    return FrontendKey.read(entries.memory(), (long) index * Layout.ENTRY_SIZE);
  }

  int serviceOfEntry(int index) {
    return entries.memory().get(JAVA_INT, (long) index * Layout.ENTRY_SIZE + Layout.ENTRY_SERVICE);
  }

  SlotRange target(int index) {
    long target =
        entries.memory().get(JAVA_LONG, (long) index * Layout.ENTRY_SIZE + Layout.ENTRY_TARGET);
    return new SlotRange((int) target, (int) (target >>> 32));
  }

  /** Returns how many connections came to an entry, or where it begins to count. */
  long counter(int index) {
    long at = (long) index * Layout.ENTRY_SIZE + Layout.ENTRY_COUNTER;
    return (long) LONG.getOpaque(entries.memory(), at);
  }

  void setCounter(int index, long value) {
    entries.memory().set(JAVA_LONG, (long) index * Layout.ENTRY_SIZE + Layout.ENTRY_COUNTER, value);
  }

  void writeSlot(int index, int endpoint) {
    slots.memory().set(JAVA_INT, (long) index * Layout.SLOT_SIZE, endpoint);
  }

  int slot(int index) {
    return slots.memory().get(JAVA_INT, (long) index * Layout.SLOT_SIZE);
  }

  /** Writes an endpoint that no program reaches yet. */
  void writeEndpoint(int index, Place place, int port, int service, int generation) {
    MemorySegment memory = endpoints.memory();
    long at = (long) index * Layout.ENDPOINT_SIZE;
    memory.set(JAVA_LONG, at, place.first());
    memory.set(JAVA_LONG, at + Long.BYTES, place.second());
    int networkOrder = Short.toUnsignedInt(Short.reverseBytes((short) port));
    memory.set(JAVA_INT, at + Layout.ENDPOINT_PORT, networkOrder);
    memory.set(JAVA_INT, at + Layout.ENDPOINT_SERVICE, service);
    memory.set(JAVA_INT, at + Layout.ENDPOINT_GENERATION, generation);
  }

  /** Says whether clients that have an endpoint may keep it. */
  void setKeeps(int index, boolean keeps) {
    long at = (long) index * Layout.ENDPOINT_SIZE + Layout.ENDPOINT_KEEPS;
    INT.setRelease(endpoints.memory(), at, keeps ? 1 : 0);
  }

  boolean keeps(int index) {
    return endpointInt(index, Layout.ENDPOINT_KEEPS) != 0;
  }

  int serviceOfEndpoint(int index) {
    return endpointInt(index, Layout.ENDPOINT_SERVICE);
  }

  int generation(int index) {
    return endpointInt(index, Layout.ENDPOINT_GENERATION);
  }

  Place place(int index) {
    MemorySegment memory = endpoints.memory();
    long at = (long) index * Layout.ENDPOINT_SIZE;
    return new Place(memory.get(JAVA_LONG, at), memory.get(JAVA_LONG, at + Long.BYTES));
  }

  int port(int index) {
    short networkOrder = (short) endpointInt(index, Layout.ENDPOINT_PORT);
    return Short.toUnsignedInt(Short.reverseBytes(networkOrder));
  }

  private int endpointInt(int index, int offset) {
    return endpoints.memory().get(JAVA_INT, (long) index * Layout.ENDPOINT_SIZE + offset);
  }

  /** Says after how many failures in a row an endpoint is told of; 0 for never. */
  void setFailureLimit(int index, int limit) {
    INT.setOpaque(failures.memory(), failuresAt(index) + Layout.FAILURES_LIMIT, limit);
  }

  /** Returns whether so many connects in a row have failed. */
  boolean isFailing(int index) {
    MemorySegment memory = failures.memory();
    int limit = (int) INT.getOpaque(memory, failuresAt(index) + Layout.FAILURES_LIMIT);
    int inARow = (int) INT.getOpaque(memory, failuresAt(index) + Layout.FAILURES_IN_A_ROW);
    return limit > 0 && Integer.compareUnsigned(inARow, limit) >= 0;
  }

  /** Begins a new row of failures. */
  void endRow(int index) {
    INT.setOpaque(failures.memory(), failuresAt(index) + Layout.FAILURES_IN_A_ROW, 0);
  }

  /** Returns how many connects to an endpoint have failed since it has this index. */
  long failures(int index) {
    return (long) LONG.getOpaque(failures.memory(), failuresAt(index) + Layout.FAILURES_TOTAL);
  }

  /** Knows nothing of an endpoint that no program reaches yet. */
  void forgetFailures(int index) {
    failures.memory().asSlice(failuresAt(index), Layout.FAILURES_SIZE).fill((byte) 0);
  }

  private static long failuresAt(int index) {
    return (long) index * Layout.FAILURES_SIZE;
  }

  @Override
  public void close() {
    entries.close();
    slots.close();
    endpoints.close();
    failures.close();
    maps.values().forEach(BpfMap::close);
  }
}
