package io.lighter.runtime.spec;

/** A mode flag of set_mempolicy(2). */
public enum MemoryPolicyFlag implements Term {
  MPOL_F_NUMA_BALANCING(1 << 13),
  MPOL_F_RELATIVE_NODES(1 << 14),
  MPOL_F_STATIC_NODES(1 << 15);

  private final int bit;

  MemoryPolicyFlag(int bit) {
    this.bit = bit;
  }

  /** The bit to add to the mode's number. */
  public int bit() {
    return bit;
  }

  @Override
  public String term() {
    return name();
  }
}
