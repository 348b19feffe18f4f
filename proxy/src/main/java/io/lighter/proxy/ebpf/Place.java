package io.lighter.proxy.ebpf;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An address as the maps have it: the sixteen bytes of IPv6, those of IPv4 mapped into it, so that
 * an IPv6 socket that connects to an IPv4 address finds the same.
 *
 * @param first the bytes from 0, in the order in which the machine reads a number of eight bytes
 * @param second the bytes from 8
 */
record Place(long first, long second) {
  private static final int SIZE = 16;
  private static final int MAPPED = 12;
  private static final byte[] V4_MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  static Place of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
    if (address instanceof Inet4Address) {
      bytes.put(V4_MAPPED);
    }
    bytes.put(address.getAddress()).flip();
    return new Place(bytes.getLong(), bytes.getLong());
  }

  InetAddress address() {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
    bytes.putLong(first).putLong(second);
    try {
      // Mapped ones become IPv4 here.
      return InetAddress.getByAddress(bytes.array());
    } catch (UnknownHostException e) {
      throw new AssertionError("sixteen bytes are an address", e);
    }
  }

  boolean isIpv4() {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
    bytes.putLong(first).putLong(second);
    return ByteBuffer.wrap(bytes.array(), 0, MAPPED).equals(ByteBuffer.wrap(V4_MAPPED));
  }

  InetSocketAddress withPort(int port) {
    return new InetSocketAddress(address(), port);
  }
}
