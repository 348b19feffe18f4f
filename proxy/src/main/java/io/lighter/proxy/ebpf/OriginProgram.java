package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfOperation.MOVE;
import static io.lighter.linux.EbpfRegister.R0;
import static io.lighter.linux.EbpfRegister.R1;
import static io.lighter.linux.EbpfRegister.R10;

import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.EbpfSize;
import io.lighter.linux.EbpfWriter;
import io.lighter.linux.SockAddrContext;

/**
 * The program at recvmsg and getpeername: who asks where a datagram came from, or what a socket is
 * connected to, is told the service's address.
 */
final class OriginProgram extends SocketProgram {
  private static final int KEY = -Layout.ORIGIN_KEY_SIZE;

  private OriginProgram(boolean ipv6) {
    super(ipv6);
  }

  static EbpfProgram write(boolean ipv6) {
    return new OriginProgram(ipv6).writeAll();
  }

  private EbpfProgram writeAll() {
    EbpfWriter.Label allow = program.label();
    program.apply(MOVE, CONTEXT, R1);
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, KEY, R0);
    addressTo(KEY + Layout.ORIGIN_KEY_ADDRESS);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockAddrContext.USER_PORT);
    program.store(EbpfSize.LONG, R10, KEY + Layout.ORIGIN_KEY_PORT, R1);
    lookup(Layout.ORIGINS, KEY);
    program.jumpIf(R0, EQUAL, 0, allow);
    addressFrom(R0, Layout.ORIGIN_PORT);
    program.place(allow);
    verdict(1);
    return program.program();
  }
}
