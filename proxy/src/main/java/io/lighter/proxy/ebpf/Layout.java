package io.lighter.proxy.ebpf;

import io.lighter.linux.BpfMapLayout;
import io.lighter.linux.BpfMapType;
import io.lighter.linux.BpfMaps;
import java.util.List;

/**
 * The maps, and where what is in their keys and values. A process that takes over from another one
 * relies on it: who changes anything raises {@link #VERSION}, which is in the maps' names.
 *
 * <p>All numbers are in the order of the machine, ports and addresses in that of networks.
 */
final class Layout {
  private static final int VERSION = 4;

  /** What the names of our maps begin with, and those of our programs without the version. */
  static final String PREFIX = "lb" + VERSION + "_";

  static final String PROGRAM_PREFIX = "lb_";

  /** {@link FrontendKey} to the u32 index of its entry. */
  static final String FRONTENDS = PREFIX + "frontends";

  /** By index, an entry: what is done with the connections of a frontend. */
  static final String ENTRIES = PREFIX + "entries";

  /** By index, the u32 index of an endpoint. */
  static final String SLOTS = PREFIX + "slots";

  /** By index, an endpoint. */
  static final String ENDPOINTS = PREFIX + "endpoints";

  /** Which endpoint a client or a socket of a service got, and when. */
  static final String STICKS = PREFIX + "sticks";

  /** To what a socket was meant to send a datagram that reaches an endpoint. */
  static final String ORIGINS = PREFIX + "origins";

  /** By the lower bits of a socket's cookie, its connection of TCP. */
  static final String CONNECTIONS = PREFIX + "connections";

  /** By the cookie of a socket, its connection if there was another in its place. */
  static final String OTHER_CONNECTIONS = PREFIX + "others";

  /** By the index of an endpoint, how clients have fared that connected to it. */
  static final String FAILURES = PREFIX + "failures";

  /** Endpoints to which too many connects in a row have failed. */
  static final String FAILING = PREFIX + "failing";

  /** The addresses that a wildcard stands for. */
  static final String NODE = PREFIX + "node";

  /** Cookies of sockets that may take the port of a frontend. */
  static final String PERMITS = PREFIX + "permits";

  // An entry: one line of the cache. First its key, which tells a program that looked into
  // FRONTENDS whether it was handed an element that now is another's.
  static final int ENTRY_SIZE = 64;
  static final int ENTRY_SERVICE = 20;

  /** A u64 that is set in one step: the first slot in its lower half, their number above. */
  static final int ENTRY_TARGET = 24;

  static final int ENTRY_TARGET_COUNT = 28;
  static final int ENTRY_BALANCING = 32;
  static final int ENTRY_STICK = 33;

  /** The errno of a client for which there is no endpoint, a u8. */
  static final int ENTRY_REFUSAL = 34;

  /** Whether connections within the machine may skip TCP, a u8. */
  static final int ENTRY_TURBO = 35;

  /** Which slot is the next in turn, a u32. */
  static final int ENTRY_TURN = 36;

  /** How many connections came. */
  static final int ENTRY_COUNTER = 40;

  /** The only network namespace whose clients it is for, by its cookie; 0 for all. */
  static final int ENTRY_NAMESPACE = 48;

  /** How long a client keeps its endpoint, in nanoseconds. */
  static final int ENTRY_STICK_TIME = 56;

  static final int BALANCING_TURN = 0;
  static final int BALANCING_CHANCE = 1;
  static final int BALANCING_HASH = 2;

  static final int STICK_NONE = 0;

  /** To the network namespace, which is what a client's address stands for. */
  static final int STICK_CLIENT = 1;

  static final int STICK_SOCKET = 2;

  static final int SLOT_SIZE = 8;

  // An endpoint: first its address.
  static final int ENDPOINT_SIZE = 32;

  /** As {@code user_port} of the context: a u32 whose lower half is in network order. */
  static final int ENDPOINT_PORT = 16;

  static final int ENDPOINT_SERVICE = 20;

  /** Tells it from what had the index before. */
  static final int ENDPOINT_GENERATION = 24;

  /** Whether those who have it may keep it. */
  static final int ENDPOINT_KEEPS = 28;

  // The key of a stick: who, of what service.
  static final int STICK_KEY_SIZE = 16;
  static final int STICK_KEY_SERVICE = 8;
  static final int STICK_KEY_KIND = 12;

  // A stick: when it was used last, and for what.
  static final int STICK_SIZE = 16;
  static final int STICK_ENDPOINT = 8;
  static final int STICK_GENERATION = 12;

  // The key of an origin: the socket's cookie, an address and a port as an endpoint has them.
  static final int ORIGIN_KEY_SIZE = 32;
  static final int ORIGIN_KEY_ADDRESS = 8;
  static final int ORIGIN_KEY_PORT = 24;

  // An origin: an address, and the port as the key has it.
  static final int ORIGIN_SIZE = 24;
  static final int ORIGIN_PORT = 16;
  static final int ORIGIN_SERVICE = 20;

  // A connection, one line of the cache: the socket's cookie, or 0 where there is none; the address
  // and the port of the endpoint, as that has them; the address that was asked for, and its port.
  static final int CONNECTION_SIZE = 64;
  static final int CONNECTION_ADDRESS = 8;
  static final int CONNECTION_PORT = 24;
  static final int CONNECTION_SERVICE = 28;
  static final int CONNECTION_ORIGIN = 32;
  static final int CONNECTION_ORIGIN_PORT = 48;

  /** The index of the endpoint. */
  static final int CONNECTION_ENDPOINT = 52;

  /** When its first segment was sent, in units of {@link #TIME_SHIFT}, a u32 that begins anew. */
  static final int CONNECTION_TIME = 56;

  /** As the entry has it, a u8. */
  static final int CONNECTION_TURBO = 60;

  /** How far it has come, a u8; known only where endpoints that refuse are left out. */
  static final int CONNECTION_PROGRESS = 61;

  static final int PROGRESS_NONE = 0;

  /** The first segment is sent. */
  static final int PROGRESS_SENT = 1;

  static final int PROGRESS_ESTABLISHED = 2;

  /** Nanoseconds, shifted right by it, are units of about a millisecond. */
  static final int TIME_SHIFT = 20;

  /**
   * A power of two. More sockets than have a place are in OTHER_CONNECTIONS; few places stay in the
   * processor's cache.
   */
  static final int PLACES = 1 << 12;

  // Of an endpoint's failures: after how many in a row it is in FAILING, 0 for never; how many
  // there are in a row; and how many there ever were, a u64.
  static final int FAILURES_SIZE = 16;
  static final int FAILURES_LIMIT = 0;
  static final int FAILURES_IN_A_ROW = 4;
  static final int FAILURES_TOTAL = 8;

  // What is in FAILING, two u32.
  static final int FAILING_SIZE = 8;
  static final int FAILING_SERVICE = 0;
  static final int FAILING_ENDPOINT = 4;

  /** Of FAILING: a page, the least there is. What it does not hold is told by the next failure. */
  private static final int FAILING_BYTES = 1 << 12;

  static final int NODE_KEY_SIZE = 16;

  /** Addresses of a node, and sockets that are being bound: more than there are. */
  private static final int FEW = 4_096;

  private static final int MAPPED = BpfMaps.BPF_F_MMAPABLE;

  private Layout() {}

  /** Returns how the maps are made. */
  static List<BpfMapLayout> maps(Capacity capacity) {
    int index = Integer.BYTES;
    return List.of(
        hash(FRONTENDS, FrontendKey.SIZE, index, capacity.frontends()),
        array(ENTRIES, ENTRY_SIZE, capacity.frontends()),
        array(SLOTS, SLOT_SIZE, capacity.slots()),
        array(ENDPOINTS, ENDPOINT_SIZE, capacity.endpoints()),
        forgetful(STICKS, STICK_KEY_SIZE, STICK_SIZE, capacity.flows()),
        forgetful(ORIGINS, ORIGIN_KEY_SIZE, ORIGIN_SIZE, capacity.flows()),
        array(CONNECTIONS, CONNECTION_SIZE, PLACES),
        forgetful(OTHER_CONNECTIONS, Long.BYTES, CONNECTION_SIZE, capacity.flows()),
        array(FAILURES, FAILURES_SIZE, capacity.endpoints()),
        new BpfMapLayout(FAILING, BpfMapType.RINGBUF, 0, 0, FAILING_BYTES, 0),
        hash(NODE, NODE_KEY_SIZE, Long.BYTES, FEW),
        hash(PERMITS, Long.BYTES, index, FEW));
  }

  private static BpfMapLayout hash(String name, int key, int value, int entries) {
    return new BpfMapLayout(name, BpfMapType.HASH, key, value, entries, 0);
  }

  private static BpfMapLayout array(String name, int value, int entries) {
    return new BpfMapLayout(name, BpfMapType.ARRAY, Integer.BYTES, value, entries, MAPPED);
  }

  private static BpfMapLayout forgetful(String name, int key, int value, int entries) {
    return new BpfMapLayout(name, BpfMapType.LRU_HASH, key, value, entries, 0);
  }
}
