package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * NUMA memory policy, set_mempolicy(2).
 *
 * @param mode the mode
 * @param nodes list of nodes such as {@code 0-1,3}; absent for modes that take none
 * @param flags flags of the mode
 */
public record MemoryPolicy(
    MemoryPolicyMode mode, @Nullable String nodes, List<MemoryPolicyFlag> flags) {
  public MemoryPolicy {
    flags = List.copyOf(flags);
  }
}
