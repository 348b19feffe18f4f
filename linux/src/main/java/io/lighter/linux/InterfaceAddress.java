package io.lighter.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address of a network device, as much of it as somebody configures.
 *
 * @param local the address
 * @param prefixLength how many of its bits, or the peer's, name the network: 0 to 32, or to 128
 * @param peer the other end of a point-to-point device
 * @param broadcast of IPv4 only
 * @param scope RT_SCOPE_: 0 for global, 253 for the link, 254 for the host
 * @param flags IFA_F_ bits
 * @param metric of the route to its network; 0 for the kernel's choice
 * @param preferredSeconds how long from now new connections use it; {@link #FOREVER}
 * @param validSeconds how long from now it exists; {@link #FOREVER}
 */
public record InterfaceAddress(
    InetAddress local,
    int prefixLength,
    @Nullable InetAddress peer,
    @Nullable InetAddress broadcast,
    int scope,
    int flags,
    int metric,
    long preferredSeconds,
    long validSeconds) {
  /** A lifetime without an end. */
  public static final long FOREVER = 0xFFFF_FFFFL;

  /** Makes a global address that stays. */
  public static InterfaceAddress of(InetAddress local, int prefixLength) {
    int flags = Rtnetlink.IFA_F_PERMANENT;
    return new InterfaceAddress(local, prefixLength, null, null, 0, flags, 0, FOREVER, FOREVER);
  }

  /** Returns whether it is good beyond the link: RT_SCOPE_UNIVERSE. */
  public boolean isGlobal() {
    return scope == Rtnetlink.RT_SCOPE_UNIVERSE;
  }

  /** Returns whether somebody set it and no lease or router limits it: IFA_F_PERMANENT. */
  public boolean isPermanent() {
    return (flags & Rtnetlink.IFA_F_PERMANENT) != 0;
  }

  /** Returns whether the kernel made it for privacy, and will make another: IFA_F_TEMPORARY. */
  public boolean isTemporary() {
    return local instanceof Inet6Address && (flags & Rtnetlink.IFA_F_TEMPORARY) != 0;
  }

  /** Returns the address with its prefix, such as {@code 10.0.0.1/24}. */
  @Override
  public String toString() {
    return local.getHostAddress() + "/" + prefixLength;
  }
}
