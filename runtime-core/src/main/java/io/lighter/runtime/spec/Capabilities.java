package io.lighter.runtime.spec;

import java.util.Set;

/**
 * The five sets of capabilities(7). A capability that the kernel or the runtime does not have is
 * left out, as the specification says.
 */
public record Capabilities(
    Set<Capability> bounding,
    Set<Capability> effective,
    Set<Capability> inheritable,
    Set<Capability> permitted,
    Set<Capability> ambient) {

  /** No capability in any set. */
  public static final Capabilities NONE =
      new Capabilities(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

  public Capabilities {
    bounding = Copies.capabilities(bounding);
    effective = Copies.capabilities(effective);
    inheritable = Copies.capabilities(inheritable);
    permitted = Copies.capabilities(permitted);
    ambient = Copies.capabilities(ambient);
  }

  /**
   * Bounding, effective and permitted alike, inheritable and ambient empty: a non-empty inheritable
   * set would give file capabilities back to a process that has dropped them (CVE-2022-29162).
   */
  public static Capabilities of(Set<Capability> capabilities) {
    return new Capabilities(capabilities, capabilities, Set.of(), capabilities, Set.of());
  }
}
