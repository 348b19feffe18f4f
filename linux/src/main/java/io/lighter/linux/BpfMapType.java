package io.lighter.linux;

/**
 * Kinds of maps: {@code enum bpf_map_type} of {@code <linux/bpf.h>}, by its names without {@code
 * BPF_MAP_TYPE_}.
 */
public enum BpfMapType {
  /**
   * Keys to values. A value that is taken out may be used for another key at once, also while a
   * program still looks at it.
   */
  HASH(1),
  /** Values by a u32 index from 0, all there from the beginning and zero. */
  ARRAY(2),
  /** As HASH, but a full one forgets what was not used for long. */
  LRU_HASH(9),
  /** Keys to connected sockets, which programs put in. Since Linux 4.18. */
  SOCKHASH(18),
  /** A value for each socket that a program gives one, gone with the socket. Since Linux 5.2. */
  SK_STORAGE(24),
  /** Records in a queue from programs to a process: {@link BpfRing}. Since Linux 5.8. */
  RINGBUF(27);

  private final int number;

  BpfMapType(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
