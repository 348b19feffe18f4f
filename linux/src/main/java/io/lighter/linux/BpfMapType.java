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
  LRU_HASH(9);

  private final int number;

  BpfMapType(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
