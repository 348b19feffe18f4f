package io.lighter.runtime.seccomp;

import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArch;
import io.lighter.runtime.spec.SeccompFlag;
import io.lighter.runtime.spec.SeccompSyscall;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A seccomp profile in the manner of Docker: rules of which a container gets those that suit its
 * capabilities, its architecture and the kernel. Immutable.
 */
public final class Profile {
  private final SeccompAction defaultAction;
  private final @Nullable Integer defaultErrno;
  private final List<SeccompArch> architectures;
  private final Map<SeccompArch, List<SeccompArch>> subArchitectures;
  private final List<SeccompFlag> flags;
  private final @Nullable String listenerPath;
  private final @Nullable String listenerMetadata;
  private final List<ProfileRule> rules;

  Profile(
      SeccompAction defaultAction,
      @Nullable Integer defaultErrno,
      List<SeccompArch> architectures,
      Map<SeccompArch, List<SeccompArch>> subArchitectures,
      List<SeccompFlag> flags,
      @Nullable String listenerPath,
      @Nullable String listenerMetadata,
      List<ProfileRule> rules) {
    this.defaultAction = defaultAction;
    this.defaultErrno = defaultErrno;
    this.architectures = List.copyOf(architectures);
    this.subArchitectures = Map.copyOf(subArchitectures);
    this.flags = List.copyOf(flags);
    this.listenerPath = listenerPath;
    this.listenerMetadata = listenerMetadata;
    this.rules = List.copyOf(rules);
  }

  /**
   * Returns what of the profile is for one container.
   *
   * @param capabilities the container's bounding set
   */
  public Seccomp forContainer(
      Set<Capability> capabilities, Architecture architecture, KernelVersion kernel) {
    List<SeccompSyscall> chosen = new ArrayList<>(rules.size());
    for (ProfileRule rule : rules) {
      if (rule.isFor(capabilities, architecture, kernel)) {
        chosen.add(rule.rule());
      }
    }
    return new Seccomp(
        defaultAction,
        defaultErrno,
        architectures(architecture),
        flags,
        listenerPath,
        listenerMetadata,
        chosen);
  }

  /** Returns the capabilities that any rule depends on. */
  Set<Capability> capabilities() {
    Set<Capability> asked = EnumSet.noneOf(Capability.class);
    for (ProfileRule rule : rules) {
      asked.addAll(rule.includes().capabilities());
      asked.addAll(rule.excludes().capabilities());
    }
    return asked;
  }

  private List<SeccompArch> architectures(Architecture architecture) {
    SeccompArch own =
        switch (architecture) {
          case X86_64 -> SeccompArch.X86_64;
          case AARCH64 -> SeccompArch.AARCH64;
        };
    List<SeccompArch> others = subArchitectures.get(own);
    if (others == null) {
      return architectures;
    }
    List<SeccompArch> all = new ArrayList<>(List.of(own));
    all.addAll(others);
    return all;
  }
}
