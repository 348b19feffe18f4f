package io.lighter.proxy.ebpf;

import io.lighter.linux.BpfMapLayout;
import io.lighter.linux.BpfMapType;
import io.lighter.linux.BpfMaps;
import java.util.List;

/**
 * The maps of connections that skip TCP, and what is in their keys and values. {@link
 * Layout#PREFIX} holds for them too.
 */
final class TurboLayout {
  /** Both ends of the connections, each by its key. */
  static final String SOCKETS = Layout.PREFIX + "sockets";

  /** Keys of clients whose connections are established and whose other ends are not there yet. */
  static final String DIALLED = Layout.PREFIX + "dialled";

  /** What is known of an end, with its socket. */
  static final String LANES = Layout.PREFIX + "lanes";

  /** How much ends may send, at the index that the lower bits of their cookies are. */
  static final String CREDITS = Layout.PREFIX + "credits";

  /** Ends that want credit. */
  static final String BELL = Layout.PREFIX + "bell";

  /** What is counted. */
  static final String COUNTS = Layout.PREFIX + "counts";

  /**
   * How many bytes one end may have sent, in all of its life, beyond what the other is known to
   * have read.
   */
  static final int WINDOW = 4 << 20;

  /**
   * An end asks for credit when it has less than this. It must last until the watchdog has looked,
   * also on a busy machine.
   */
  static final int LOW = WINDOW * 3 / 4;

  // The key of an end: addresses, ports in the order of the machine, and the sequence numbers with
  // which it began. That of the other end is the same the other way round.
  static final int KEY_SIZE = 48;
  static final int KEY_LOCAL = 0;
  static final int KEY_REMOTE = 16;
  static final int KEY_LOCAL_PORT = 32;
  static final int KEY_REMOTE_PORT = 36;
  static final int KEY_SENT = 40;
  static final int KEY_RECEIVED = 44;

  // A lane, which begins with the key of the other end.
  static final int LANE_COOKIE = 48;

  /** How many bytes have skipped TCP. */
  static final int LANE_SENT = 56;

  /** How many may. */
  static final int LANE_LIMIT = 64;

  /** The limit at which credit was asked for. */
  static final int LANE_ASKED = 72;

  /** Whether TCP has it, which it then keeps. */
  static final int LANE_GIVEN_BACK = 80;

  static final int LANE_SIZE = 88;

  /** What an end that wants credit puts into BELL: its lane to here. */
  static final int REQUEST_SIZE = LANE_LIMIT;

  // A credit: whose, and its new limit.
  static final int CREDIT_SIZE = 16;
  static final int CREDIT_LIMIT = 8;
  static final int CREDITS_SIZE = 1 << 14;

  /** An index of COUNTS: connections whose two ends were brought together. */
  static final int COUNT_PAIRED = 0;

  /**
   * An index of COUNTS: directions that were given back to TCP since the other end did not read.
   */
  static final int COUNT_GIVEN_BACK = 1;

  private static final int COUNTS_SIZE = 2;

  private static final int BELL_BYTES = 1 << 16;

  private TurboLayout() {}

  /** Returns how the maps are made. */
  static List<BpfMapLayout> maps(Capacity capacity) {
    int index = Integer.BYTES;
    int ends = 2 * capacity.flows();
    int mapped = BpfMaps.BPF_F_MMAPABLE;
    return List.of(
        new BpfMapLayout(SOCKETS, BpfMapType.SOCKHASH, KEY_SIZE, Long.BYTES, ends, 0),
        new BpfMapLayout(DIALLED, BpfMapType.LRU_HASH, KEY_SIZE, Long.BYTES, capacity.flows(), 0),
        new BpfMapLayout(
            LANES, BpfMapType.SK_STORAGE, index, LANE_SIZE, 0, BpfMaps.BPF_F_NO_PREALLOC),
        new BpfMapLayout(CREDITS, BpfMapType.ARRAY, index, CREDIT_SIZE, CREDITS_SIZE, mapped),
        new BpfMapLayout(BELL, BpfMapType.RINGBUF, 0, 0, BELL_BYTES, 0),
        new BpfMapLayout(COUNTS, BpfMapType.ARRAY, index, Long.BYTES, COUNTS_SIZE, mapped));
  }
}
