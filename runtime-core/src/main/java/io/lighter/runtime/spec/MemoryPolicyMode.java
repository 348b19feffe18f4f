package io.lighter.runtime.spec;

/** A mode of set_mempolicy(2), with the numbers of {@code linux/mempolicy.h}. */
public enum MemoryPolicyMode implements Term {
  MPOL_DEFAULT(0),
  MPOL_PREFERRED(1),
  MPOL_BIND(2),
  MPOL_INTERLEAVE(3),
  MPOL_LOCAL(4),
  MPOL_PREFERRED_MANY(5),
  MPOL_WEIGHTED_INTERLEAVE(6);

  private final int number;

  MemoryPolicyMode(int number) {
    this.number = number;
  }

  /** The kernel's number of the mode. */
  public int number() {
    return number;
  }

  /** Whether the mode works on a list of nodes; the others must have none. */
  public boolean takesNodes() {
    return this != MPOL_DEFAULT && this != MPOL_LOCAL;
  }

  @Override
  public String term() {
    return name();
  }
}
