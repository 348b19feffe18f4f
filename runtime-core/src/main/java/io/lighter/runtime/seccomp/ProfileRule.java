package io.lighter.runtime.seccomp;

import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.SeccompSyscall;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a profile, which some containers get and others do not.
 *
 * @param rule the rule itself
 * @param includes what must be the case, all of it
 * @param excludes what must not be the case, none of it
 */
record ProfileRule(SeccompSyscall rule, Scope includes, Scope excludes) {

  /**
   * What a rule may depend on; what is empty or null does not matter.
   *
   * @param capabilities those of the bounding set
   * @param machines architectures by Docker's name, such as {@code amd64}
   * @param kernel the oldest kernel
   */
  record Scope(Set<Capability> capabilities, Set<String> machines, @Nullable KernelVersion kernel) {
    static final Scope ANY = new Scope(Set.of(), Set.of(), null);
  }

  boolean isFor(Set<Capability> capabilities, Architecture architecture, KernelVersion kernel) {
    String machine = machine(architecture);
    boolean included =
        capabilities.containsAll(includes.capabilities)
            && (includes.machines.isEmpty() || includes.machines.contains(machine))
            && (includes.kernel == null || kernel.isAtLeast(includes.kernel));
    boolean excluded =
        excludes.capabilities.stream().anyMatch(capabilities::contains)
            || excludes.machines.contains(machine)
            || (excludes.kernel != null && kernel.isAtLeast(excludes.kernel));
    return included && !excluded;
  }

  static String machine(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> "amd64";
      case AARCH64 -> "arm64";
    };
  }
}
