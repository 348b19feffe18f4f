package io.lighter.runtime.seccomp;

import io.lighter.linux.Architecture;
import io.lighter.linux.Errno;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArch;
import io.lighter.runtime.spec.SeccompFlag;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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
  private static final int REMEMBERED = 256;

  /**
   * What the choice of rules depends on.
   *
   * @param capabilities those that any rule asks for, a bit each
   */
  private record Key(long capabilities, Architecture architecture, KernelVersion kernel) {}

  private static final Map<Key, Seccomp> CHOSEN = new ConcurrentHashMap<>();

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
    Key key = new Key(bits(capabilities), architecture, kernel);
    Seccomp known = CHOSEN.get(key);
    if (known != null) {
      return known;
    }
    if (CHOSEN.size() >= REMEMBERED) {
      CHOSEN.clear();
    }
    return CHOSEN.computeIfAbsent(
        key, _ -> Holder.PROFILE.forContainer(capabilities, architecture, kernel));
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
