package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.lighter.linux.SocketFlags;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Transport;
import java.lang.foreign.MemorySegment;

/**
 * Where clients come, as the maps have it.
 *
 * @param place all zero but for its family where {@code wildcard} is set
 * @param wildcard stands for every address of the node
 */
record FrontendKey(Place place, int port, int protocol, boolean wildcard) {
  /** Bytes in a map; what follows the address is the port in network order, then two bytes. */
  static final int SIZE = 20;

  static final int PORT = 16;
  static final int PROTOCOL = 18;
  static final int WILDCARD = 19;

  static FrontendKey of(Frontend frontend) {
    return new FrontendKey(
        Place.of(frontend.address().getAddress()),
        frontend.address().getPort(),
        protocol(frontend.transport()),
        frontend.address().getAddress().isAnyLocalAddress());
  }

  static int protocol(Transport transport) {
    return transport == Transport.TCP ? SocketFlags.IPPROTO_TCP : SocketFlags.IPPROTO_UDP;
  }

  void write(MemorySegment to, long at) {
    to.set(JAVA_LONG_UNALIGNED, at, place.first());
    to.set(JAVA_LONG_UNALIGNED, at + Long.BYTES, place.second());
    to.set(JAVA_SHORT_UNALIGNED, at + PORT, Short.reverseBytes((short) port));
    to.set(JAVA_BYTE, at + PROTOCOL, (byte) protocol);
    to.set(JAVA_BYTE, at + WILDCARD, (byte) (wildcard ? 1 : 0));
  }

  static FrontendKey read(MemorySegment from, long at) {
    return new FrontendKey(
        new Place(
            from.get(JAVA_LONG_UNALIGNED, at), from.get(JAVA_LONG_UNALIGNED, at + Long.BYTES)),
        Short.toUnsignedInt(Short.reverseBytes(from.get(JAVA_SHORT_UNALIGNED, at + PORT))),
        Byte.toUnsignedInt(from.get(JAVA_BYTE, at + PROTOCOL)),
        from.get(JAVA_BYTE, at + WILDCARD) != 0);
  }
}
