package io.lighter.proxy.relay;

import io.lighter.linux.Connections;
import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.SockaddrBuffer;
import io.lighter.linux.SocketFlags;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The client's address as the source of what goes to an endpoint: IP_TRANSPARENT. The port is
 * another, so that it is free whatever the client does with its own.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7)</a>
 */
public final class ClientSource {
  /** 127.0.0.0/8 as an IPv4-mapped address without its last three bytes, and ::1. */
  private static final long LOOPBACK4 = (SockaddrBuffer.MAPPED_PREFIX | 0x7f00_0000L) >>> 24;

  private static final long LOOPBACK6 = 1;

  private ClientSource() {}

  /**
   * Returns what stands in the way of a service that asks for it; null when nothing does. All its
   * addresses have to be of one family, and of one that has sources.
   */
  public static @Nullable String obstacle(Linux linux, Service service) {
    boolean four = false;
    boolean six = false;
    for (Frontend frontend : service.frontends()) {
      boolean isFour = frontend.address().getAddress() instanceof Inet4Address;
      four |= isFour;
      six |= !isFour;
    }
    for (Endpoint endpoint : service.endpoints()) {
      if (!(endpoint.address() instanceof InetSocketAddress inet)) {
        return "which endpoint " + endpoint.address() + " cannot see: a Unix socket has none";
      }
      boolean isFour = inet.getAddress() instanceof Inet4Address;
      four |= isFour;
      six |= !isFour;
    }
    if (four && six) {
      return "and has addresses of IPv4 and of IPv6: make a service of each";
    }
    return isPermitted(linux) ? null : "which needs CAP_NET_ADMIN";
  }

  private static boolean isPermitted(Linux linux) {
    int type = SocketFlags.SOCK_DGRAM;
    try (Fd probe = linux.sockets().socket(SocketFlags.AF_INET, type, 0)) {
      linux.sockets().setOption(probe, SocketFlags.IPPROTO_IP, SocketFlags.IP_TRANSPARENT, 1);
      return true;
    } catch (LinuxException e) {
      if (e.errno() == Errno.EPERM) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Gives a socket the client's address, if one can reach the endpoint by it: a client on loopback
   * reaches endpoints on loopback only, and one of whom a PROXY header says that it is of the other
   * family reaches none. Then the source is this machine.
   *
   * @param family of the endpoint
   * @param local whether the endpoint is on loopback
   * @param high the halves of the client's address
   * @return 0, or an error
   */
  public static int give(
      Connections connections, Fd socket, int family, boolean local, long high, long low) {
    boolean four = high == 0 && low >>> 32 == SockaddrBuffer.MAPPED_PREFIX >>> 32;
    if (family != (four ? SocketFlags.AF_INET : SocketFlags.AF_INET6)
        || (isLoopback(high, low) && !local)) {
      return 0;
    }
    int level = four ? SocketFlags.IPPROTO_IP : SocketFlags.IPPROTO_IPV6;
    int option = four ? SocketFlags.IP_TRANSPARENT : SocketFlags.IPV6_TRANSPARENT;
    int answer = connections.setOption(socket, level, option, 1);
    return answer != 0 ? answer : connections.bindSource(socket, family, high, low);
  }

  private static boolean isLoopback(long high, long low) {
    return high == 0 && (low >>> 24 == LOOPBACK4 || low == LOOPBACK6);
  }
}
