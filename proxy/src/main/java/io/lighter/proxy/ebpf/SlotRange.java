package io.lighter.proxy.ebpf;

/** Slots one behind the other, from which a connection gets its endpoint. */
record SlotRange(int first, int count) {
  static final SlotRange NONE = new SlotRange(0, 0);
}
