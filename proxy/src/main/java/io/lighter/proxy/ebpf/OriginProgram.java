package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.NOT_EQUAL;
import static io.lighter.linux.EbpfOperation.MOVE;
import static io.lighter.linux.EbpfRegister.R0;
import static io.lighter.linux.EbpfRegister.R1;
import static io.lighter.linux.EbpfRegister.R10;

import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.EbpfSize;
import io.lighter.linux.EbpfWriter;
import io.lighter.linux.SockAddrContext;
import io.lighter.linux.SocketFlags;

/**
 * The program at recvmsg and getpeername: who asks where a datagram came from, or what a socket is
 * connected to, is told the service's address.
 */
final class OriginProgram extends ConnectionProgram {
  private static final int KEY = -Layout.ORIGIN_KEY_SIZE;
  private static final int ADDRESS = KEY + Layout.ORIGIN_KEY_ADDRESS;
  private static final int PORT = KEY + Layout.ORIGIN_KEY_PORT;

  private final boolean peer;

  private OriginProgram(boolean ipv6, boolean peer) {
    super(ipv6);
    this.peer = peer;
  }

  /**
   * Writes the program.
   *
   * @param peer at getpeername, which is for connections of TCP as well
   */
  static EbpfProgram write(boolean ipv6, boolean peer) {
    return new OriginProgram(ipv6, peer).writeAll();
  }

  private EbpfProgram writeAll() {
    EbpfWriter.Label allow = program.label();
    EbpfWriter.Label datagrams = program.label();
    program.apply(MOVE, CONTEXT, R1);
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, KEY, R0);
    addressTo(ADDRESS);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockAddrContext.USER_PORT);
    program.store(EbpfSize.LONG, R10, PORT, R1);
    if (peer) {
      program.load(EbpfSize.WORD, R1, CONTEXT, SockAddrContext.PROTOCOL);
      program.jumpIf(R1, NOT_EQUAL, SocketFlags.IPPROTO_TCP, datagrams);
      connection(KEY);
      program.jumpIf(R0, EQUAL, 0, allow);
      int address = Layout.CONNECTION_ADDRESS;
      unlessSame(EbpfSize.LONG, R0, address, R10, ADDRESS, allow);
      unlessSame(EbpfSize.LONG, R0, address + Long.BYTES, R10, ADDRESS + Long.BYTES, allow);
      unlessSame(EbpfSize.WORD, R0, Layout.CONNECTION_PORT, R10, PORT, allow);
      addressFrom(R0, Layout.CONNECTION_ORIGIN, Layout.CONNECTION_ORIGIN_PORT);
      program.jump(allow);
      program.place(datagrams);
    }
    lookup(Layout.ORIGINS, KEY);
    program.jumpIf(R0, EQUAL, 0, allow);
    addressFrom(R0, 0, Layout.ORIGIN_PORT);
    program.place(allow);
    verdict(1);
    return program.program();
  }
}
