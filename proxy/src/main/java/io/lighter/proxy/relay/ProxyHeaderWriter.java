package io.lighter.proxy.relay;

import io.lighter.proxy.service.ProxyHeaders;

/**
 * Writes the PROXY header that a connection to an endpoint begins with.
 *
 * @see <a href="https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
final class ProxyHeaderWriter {
  /** The longest of both versions. */
  static final int LONGEST = 107;

  private static final int VERSION_2_PROXY = 0x21;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;
  private static final int IPV4_SIZE = 12;
  private static final int IPV6_SIZE = 36;

  private ProxyHeaderWriter() {}

  /** Writes the header of a version, which is not NONE. */
  static void write(ProxyHeaders.Version version, Flow flow, TextBuffer into) {
    into.clear();
    switch (version) {
      case NONE -> throw new IllegalArgumentException("no header is to be written");
      case V1 -> writeLine(flow, into);
      case V2 -> writeBinary(flow, into);
    }
  }

  private static void writeLine(Flow flow, TextBuffer into) {
    boolean four = flow.isIpv4();
    into.put(four ? "PROXY TCP4 " : "PROXY TCP6 ");
    putAddress(four, flow.sourceHigh, flow.sourceLow, into);
    putAddress(four, flow.destinationHigh, flow.destinationLow, into);
    into.putNumber(flow.sourcePort).put(' ').putNumber(flow.destinationPort);
    into.put('\r').put('\n');
  }

  private static void putAddress(boolean four, long high, long low, TextBuffer into) {
    if (four) {
      into.putAddress(high, low);
    } else {
      into.putIpv6(high, low);
    }
    into.put(' ');
  }

  private static void writeBinary(Flow flow, TextBuffer into) {
    boolean four = flow.isIpv4();
    for (byte next : ProxyHeaderReader.SIGNATURE) {
      into.put(next);
    }
    into.put(VERSION_2_PROXY).put(four ? TCP_OVER_IPV4 : TCP_OVER_IPV6);
    into.putBytes(four ? IPV4_SIZE : IPV6_SIZE, 2);
    if (four) {
      into.putBytes(flow.sourceLow, 4).putBytes(flow.destinationLow, 4);
    } else {
      into.putBytes(flow.sourceHigh, 8).putBytes(flow.sourceLow, 8);
      into.putBytes(flow.destinationHigh, 8).putBytes(flow.destinationLow, 8);
    }
    into.putBytes(flow.sourcePort, 2).putBytes(flow.destinationPort, 2);
  }
}
