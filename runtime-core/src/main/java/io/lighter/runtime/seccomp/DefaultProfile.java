package io.lighter.runtime.seccomp;

import io.lighter.linux.Architecture;
import io.lighter.linux.Errno;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArch;
import io.lighter.runtime.spec.SeccompFlag;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The filter that a container gets when nobody asks for another: what Docker's default profile
 * allows (moby/profiles, 2026), and EPERM for the rest.
 *
 * <p>Sockets of AF_ALG and AF_VSOCK are refused. Since no filter can see the domain of a socket
 * that an i386 program makes by {@code socketcall}, that way is closed altogether: 32-bit programs
 * of the GNU C library need a profile of their own that allows {@code socketcall}, or none, to make
 * sockets.
 *
 * <p>Safe for all threads.
 */
public final class DefaultProfile {
  /** Containers differ in a few sets of capabilities; this many are remembered. */
  private static final int REMEMBERED = 64;

  /**
   * Rules that were chosen, by what the choice depends on: of the capabilities, those asked for.
   */
  private record Chosen(
      long capabilities, Architecture architecture, KernelVersion kernel, Seccomp profile) {

    boolean isFor(long capabilities, Architecture architecture, KernelVersion kernel) {
      return this.capabilities == capabilities
          && this.architecture == architecture
          && this.kernel.compareTo(kernel) == 0;
    }
  }

  /** Replaced, never changed. */
  private static volatile Chosen[] chosen = {};

  private DefaultProfile() {}

  /** Returns the profile before it is fitted to a container. */
  public static Profile profile() {
    return Holder.PROFILE;
  }

  /**
   * Returns the profile of a container. The same arguments give the same object, so that {@link
   * FilterCache} finds its filter without a look at the rules.
   *
   * @param capabilities the container's bounding set
   */
  public static Seccomp forContainer(
      Set<Capability> capabilities, Architecture architecture, KernelVersion kernel) {
    long bits = bits(capabilities);
    Seccomp known = find(bits, architecture, kernel);
    return known != null ? known : choose(bits, capabilities, architecture, kernel);
  }

  private static @Nullable Seccomp find(
      long bits, Architecture architecture, KernelVersion kernel) {
    for (Chosen one : chosen) {
      if (one.isFor(bits, architecture, kernel)) {
        return one.profile;
      }
    }
    return null;
  }

  private static synchronized Seccomp choose(
      long bits, Set<Capability> capabilities, Architecture architecture, KernelVersion kernel) {
    Seccomp known = find(bits, architecture, kernel);
    if (known != null) {
      return known;
    }
    Seccomp profile = Holder.PROFILE.forContainer(capabilities, architecture, kernel);
    Chosen[] kept = chosen.length < REMEMBERED ? chosen : new Chosen[0];
    Chosen[] grown = Arrays.copyOf(kept, kept.length + 1);
    grown[kept.length] = new Chosen(bits, architecture, kernel, profile);
    chosen = grown;
    return profile;
  }

  private static long bits(Set<Capability> capabilities) {
    long bits = 0;
    for (Capability asked : Holder.ASKED) {
      if (capabilities.contains(asked)) {
        bits |= 1L << asked.number();
      }
    }
    return bits;
  }

  /** Reads the profile when it is first needed. */
  private static final class Holder {
    static final Profile PROFILE =
        new Profile(
            SeccompAction.ERRNO,
            Errno.EPERM,
            List.of(),
            Map.of(
                SeccompArch.X86_64, List.of(SeccompArch.X86, SeccompArch.X32),
                SeccompArch.AARCH64, List.of(SeccompArch.ARM)),
            // As runc where a profile does not say: without it, kernels before 5.16 slow every
            // filtered process down by disabling speculative stores.
            List.of(SeccompFlag.SECCOMP_FILTER_FLAG_SPEC_ALLOW),
            null,
            null,
            DefaultProfileReader.read());
    static final Capability[] ASKED = PROFILE.capabilities().toArray(new Capability[0]);
  }
}
