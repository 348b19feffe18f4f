package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.NOT_EQUAL;
import static io.lighter.linux.EbpfOperation.MOVE;
import static io.lighter.linux.EbpfOperation.OR;
import static io.lighter.linux.EbpfRegister.R0;
import static io.lighter.linux.EbpfRegister.R1;
import static io.lighter.linux.EbpfRegister.R10;
import static io.lighter.linux.EbpfRegister.R2;
import static io.lighter.linux.EbpfRegister.R7;
import static io.lighter.linux.EbpfRegister.R8;

import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.EbpfSize;
import io.lighter.linux.EbpfWriter;
import io.lighter.linux.Errno;
import io.lighter.linux.SockContext;

/**
 * The program at post_bind: a socket of the node's own network namespace does not get an address
 * and port that a service has, unless it was permitted to. In other namespaces the same port is
 * another one.
 */
final class BindProgram extends SocketProgram {
  private static final int KEY = -24;
  private static final int COOKIE = KEY - Long.BYTES;
  private static final int PORT_BITS = 16;

  private final long namespace;
  private final boolean setsErrno;
  private final EbpfWriter.Label taken = program.label();
  private final EbpfWriter.Label allow = program.label();

  private BindProgram(boolean ipv6, long namespace, boolean setsErrno) {
    super(ipv6);
    this.namespace = namespace;
    this.setsErrno = setsErrno;
  }

  /**
   * Writes the program.
   *
   * @param namespace the cookie of the node's own
   * @param setsErrno whether the kernel lets it say more than EPERM
   */
  static EbpfProgram write(boolean ipv6, long namespace, boolean setsErrno) {
    return new BindProgram(ipv6, namespace, setsErrno).writeAll();
  }

  private EbpfProgram writeAll() {
    program.apply(MOVE, CONTEXT, R1);
    ask(EbpfHelper.GET_NETNS_COOKIE);
    program.loadConstant(R1, namespace);
    program.jumpIf(R0, NOT_EQUAL, R1, allow);
    key();
    lookup(Layout.FRONTENDS, KEY);
    program.jumpIf(R0, NOT_EQUAL, 0, taken);
    lookup(Layout.NODE, KEY);
    program.jumpIf(R0, EQUAL, 0, allow);
    if (ipv6) {
      // A socket at all addresses of IPv6 may be one at those of IPv4, too.
      program.load(EbpfSize.LONG, R7, R10, KEY);
      program.load(EbpfSize.LONG, R8, R10, KEY + Long.BYTES);
      program.apply(OR, R7, R8);
    }
    wildcard();
    program.place(taken);
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, COOKIE, R0);
    lookup(Layout.PERMITS, COOKIE);
    program.jumpIf(R0, NOT_EQUAL, 0, allow);
    if (setsErrno) {
      program.apply(MOVE, R1, -Errno.EADDRINUSE);
      program.call(EbpfHelper.SET_RETVAL);
    }
    verdict(0);
    program.place(allow);
    verdict(1);
    return program.program();
  }

  private void key() {
    if (ipv6) {
      for (int at = 0; at < FrontendKey.PORT; at += Integer.BYTES) {
        copy(EbpfSize.WORD, R10, KEY + at, CONTEXT, SockContext.SRC_IP6 + at);
      }
    } else {
      program.storeValue(EbpfSize.LONG, R10, KEY, 0);
      program.storeValue(EbpfSize.WORD, R10, KEY + MAPPED_WORD_AT, MAPPED_WORD);
      copy(EbpfSize.WORD, R10, KEY + IPV4_AT, CONTEXT, SockContext.SRC_IP4);
    }
    program.load(EbpfSize.WORD, R2, CONTEXT, SockContext.SRC_PORT);
    program.toBigEndian(R2, PORT_BITS);
    program.store(EbpfSize.HALF, R10, KEY + FrontendKey.PORT, R2);
    program.load(EbpfSize.WORD, R2, CONTEXT, SockContext.PROTOCOL);
    program.store(EbpfSize.BYTE, R10, KEY + FrontendKey.PROTOCOL, R2);
    program.storeValue(EbpfSize.BYTE, R10, KEY + FrontendKey.WILDCARD, 0);
  }

  private void wildcard() {
    program.storeValue(EbpfSize.BYTE, R10, KEY + FrontendKey.WILDCARD, 1);
    if (!ipv6) {
      program.storeValue(EbpfSize.WORD, R10, KEY + IPV4_AT, 0);
      lookup(Layout.FRONTENDS, KEY);
      program.jumpIf(R0, EQUAL, 0, allow);
      return;
    }
    EbpfWriter.Label mapped = program.label();
    jumpIfMapped(KEY, mapped);
    program.storeValue(EbpfSize.LONG, R10, KEY, 0);
    program.storeValue(EbpfSize.LONG, R10, KEY + Long.BYTES, 0);
    lookup(Layout.FRONTENDS, KEY);
    program.jumpIf(R0, NOT_EQUAL, 0, taken);
    program.jumpIf(R7, NOT_EQUAL, 0, allow);
    program.storeValue(EbpfSize.WORD, R10, KEY + MAPPED_WORD_AT, MAPPED_WORD);
    program.place(mapped);
    program.storeValue(EbpfSize.WORD, R10, KEY + IPV4_AT, 0);
    lookup(Layout.FRONTENDS, KEY);
    program.jumpIf(R0, EQUAL, 0, allow);
  }
}
