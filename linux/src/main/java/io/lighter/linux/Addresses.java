package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IPv4 and IPv6 addresses of network devices in the namespace of a NETLINK_ROUTE socket. As
 * thread-safe as the socket: not.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
 */
public final class Addresses {
  /** What a user sets; the other flags are how an address fares. */
  private static final int CONFIGURED_FLAGS =
      Rtnetlink.IFA_F_NODAD
          | Rtnetlink.IFA_F_HOMEADDRESS
          | Rtnetlink.IFA_F_MANAGETEMPADDR
          | Rtnetlink.IFA_F_NOPREFIXROUTE
          | Rtnetlink.IFA_F_MCAUTOJOIN;

  private static final int IPV4_SIZE = 4;

  private final NetlinkSocket route;

  public Addresses(NetlinkSocket route) {
    this.route = route;
  }

  /** Returns the addresses of a device in the order in which the kernel has them. */
  public List<InterfaceAddress> list(int index) {
    NetlinkRequest request =
        route.request(
            Rtnetlink.RTM_GETADDR, NetlinkFlags.NLM_F_DUMP, "RTM_GETADDR(index " + index + ")");
    request.struct(Rtnetlink.IFADDRMSG_SIZE).set(JAVA_INT, Rtnetlink.IFA_INDEX, index);
    return route.dump(request, message -> read(message, index));
  }

  /**
   * Gives a device an address. One that it has already gets the lifetimes and flags of this one.
   *
   * <p>An IPv6 address is of use when the kernel has asked whether somebody has it (about a second
   * after the device is up), unless its flags say that it shall not.
   */
  public void set(int index, InterfaceAddress address) {
    int flags = NetlinkFlags.NLM_F_CREATE | NetlinkFlags.NLM_F_REPLACE;
    NetlinkRequest request =
        route.request(
            Rtnetlink.RTM_NEWADDR, flags, "RTM_NEWADDR(" + address + " of index " + index + ")");
    boolean six = address.local() instanceof Inet6Address;
    MemorySegment header = request.struct(Rtnetlink.IFADDRMSG_SIZE);
    int family = six ? SocketFlags.AF_INET6 : SocketFlags.AF_INET;
    header.set(JAVA_BYTE, Rtnetlink.IFA_FAMILY, (byte) family);
    header.set(JAVA_BYTE, Rtnetlink.IFA_PREFIXLEN, (byte) address.prefixLength());
    header.set(JAVA_BYTE, Rtnetlink.IFA_SCOPE, (byte) address.scope());
    header.set(JAVA_INT, Rtnetlink.IFA_INDEX, index);
    InetAddress network = address.peer() == null ? address.local() : address.peer();
    request
        .addBytes(Rtnetlink.IFA_LOCAL, address.local().getAddress())
        .addBytes(Rtnetlink.IFA_ADDRESS, network.getAddress())
        .addInt(Rtnetlink.IFA_FLAGS, address.flags() & CONFIGURED_FLAGS)
        .addBytes(Rtnetlink.IFA_CACHEINFO, lifetimes(address));
    if (address.broadcast() != null) {
      request.addBytes(Rtnetlink.IFA_BROADCAST, address.broadcast().getAddress());
    }
    if (address.metric() != 0) {
      request.addInt(Rtnetlink.IFA_RT_PRIORITY, address.metric());
    }
    route.perform(request);
  }

  /** Returns struct ifa_cacheinfo. */
  private static byte[] lifetimes(InterfaceAddress address) {
    return ByteBuffer.allocate(Rtnetlink.CACHEINFO_SIZE)
        .order(ByteOrder.nativeOrder())
        .putInt(Rtnetlink.CACHEINFO_PREFERRED, (int) address.preferredSeconds())
        .putInt(Rtnetlink.CACHEINFO_VALID, (int) address.validSeconds())
        .array();
  }

  private static @Nullable InterfaceAddress read(NetlinkMessage message, int index) {
    if (message.type() != Rtnetlink.RTM_NEWADDR || message.intAt(Rtnetlink.IFA_INDEX) != index) {
      return null;
    }
    InetAddress local = null;
    InetAddress network = null;
    InetAddress broadcast = null;
    int flags = 0;
    int metric = 0;
    long preferred = InterfaceAddress.FOREVER;
    long valid = InterfaceAddress.FOREVER;
    NetlinkAttributes attributes = message.attributes(Rtnetlink.IFADDRMSG_SIZE);
    while (attributes.next()) {
      switch (attributes.type()) {
        case Rtnetlink.IFA_LOCAL -> local = address(message, attributes);
        case Rtnetlink.IFA_ADDRESS -> network = address(message, attributes);
        case Rtnetlink.IFA_BROADCAST -> broadcast = address(message, attributes);
        case Rtnetlink.IFA_FLAGS -> flags = attributes.intValue();
        case Rtnetlink.IFA_RT_PRIORITY -> metric = attributes.intValue();
        case Rtnetlink.IFA_CACHEINFO -> {
          preferred = Integer.toUnsignedLong(attributes.intAt(Rtnetlink.CACHEINFO_PREFERRED));
          valid = Integer.toUnsignedLong(attributes.intAt(Rtnetlink.CACHEINFO_VALID));
        }
        default -> {}
      }
    }
    // IPv4 tells both always, IPv6 the local one only when the other is a peer.
    InetAddress own = local != null ? local : network;
    if (own == null) {
      throw message.malformed("an address has no address");
    }
    return new InterfaceAddress(
        own,
        message.byteAt(Rtnetlink.IFA_PREFIXLEN),
        own.equals(network) ? null : network,
        broadcast,
        message.byteAt(Rtnetlink.IFA_SCOPE),
        flags,
        metric,
        preferred,
        valid);
  }

  private static InetAddress address(NetlinkMessage message, NetlinkAttributes attribute) {
    byte[] bytes = attribute.bytes();
    try {
      return bytes.length == IPV4_SIZE
          ? InetAddress.getByAddress(bytes)
          // Not InetAddress, which makes an IPv4 address of ::ffff:1.2.3.4.
          : Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw message.malformed("an address has " + bytes.length + " bytes");
    }
  }
}
