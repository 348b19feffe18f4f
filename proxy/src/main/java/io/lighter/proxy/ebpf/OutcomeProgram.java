package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.NOT_EQUAL;
import static io.lighter.linux.EbpfOperation.MOVE;
import static io.lighter.linux.EbpfOperation.SHIFT_RIGHT;
import static io.lighter.linux.EbpfRegister.R0;
import static io.lighter.linux.EbpfRegister.R1;
import static io.lighter.linux.EbpfRegister.R10;
import static io.lighter.linux.EbpfRegister.R7;
import static io.lighter.linux.EbpfRegister.R8;
import static io.lighter.linux.EbpfRegister.R9;

import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.EbpfRegister;
import io.lighter.linux.EbpfSize;
import io.lighter.linux.EbpfWriter;
import io.lighter.linux.SockOpsContext;
import io.lighter.linux.SocketFlags;

/**
 * The program at what happens to a connect: notes how far it has come. Where it is established, the
 * row of failures of its endpoint ends; {@link ReleaseProgram} sees those that came no further than
 * their first segment. Where nothing was sent the fault is this machine's, such as that it has no
 * port left.
 */
final class OutcomeProgram extends ConnectionProgram {
  private static final EbpfRegister CONNECTION = R7;
  private static final EbpfRegister OP = R8;
  private static final EbpfRegister FAILURES = R9;

  // The stack; before the cookie there is room for a word.
  private static final int COOKIE = -8;
  private static final int ENDPOINT = COOKIE - Long.BYTES;

  private final EbpfWriter.Label done = program.label();

  private OutcomeProgram() {
    super(false);
  }

  static EbpfProgram write() {
    return new OutcomeProgram().writeAll();
  }

  private EbpfProgram writeAll() {
    EbpfWriter.Label known = program.label();
    EbpfWriter.Label established = program.label();
    program.apply(MOVE, CONTEXT, R1);
    program.load(EbpfSize.WORD, OP, CONTEXT, SockOpsContext.OP);
    program.jumpIf(OP, EQUAL, SockOpsContext.ACTIVE_ESTABLISHED, known);
    program.jumpIf(OP, NOT_EQUAL, SockOpsContext.TCP_CONNECT, done);
    program.place(known);
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, COOKIE, R0);
    connection(COOKIE);
    program.jumpIf(R0, EQUAL, 0, done);
    program.apply(MOVE, CONNECTION, R0);
    program.jumpIf(OP, EQUAL, SockOpsContext.ACTIVE_ESTABLISHED, established);
    sent();
    program.jump(done);
    program.place(established);
    established();
    program.place(done);
    verdict(1);
    return program.program();
  }

  /** The socket may have been meant for a service once, and be connected elsewhere now. */
  private void sent() {
    EbpfWriter.Label ipv6 = program.label();
    EbpfWriter.Label same = program.label();
    int address = Layout.CONNECTION_ADDRESS;
    progress(Layout.PROGRESS_NONE);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.FAMILY);
    program.jumpIf(R1, NOT_EQUAL, SocketFlags.AF_INET, ipv6);
    unlessSame(
        EbpfSize.WORD, CONTEXT, SockOpsContext.REMOTE_IP4, CONNECTION, address + IPV4_AT, done);
    program.jump(same);
    program.place(ipv6);
    for (int at = 0; at < FrontendKey.PORT; at += Integer.BYTES) {
      unlessSame(
          EbpfSize.WORD, CONTEXT, SockOpsContext.REMOTE_IP6 + at, CONNECTION, address + at, done);
    }
    program.place(same);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.REMOTE_PORT);
    program.toBigEndian(R1, Integer.SIZE);
    program.toBigEndian(R1, Short.SIZE);
    program.load(EbpfSize.WORD, R0, CONNECTION, Layout.CONNECTION_PORT);
    program.jumpIf(R1, NOT_EQUAL, R0, done);
    program.call(EbpfHelper.KTIME_GET_NS);
    program.apply(SHIFT_RIGHT, R0, Layout.TIME_SHIFT);
    program.store(EbpfSize.WORD, CONNECTION, Layout.CONNECTION_TIME, R0);
    progress(Layout.PROGRESS_SENT);
  }

  private void established() {
    program.load(EbpfSize.BYTE, R1, CONNECTION, Layout.CONNECTION_PROGRESS);
    program.jumpIf(R1, NOT_EQUAL, Layout.PROGRESS_SENT, done);
    progress(Layout.PROGRESS_ESTABLISHED);
    copy(EbpfSize.WORD, R10, ENDPOINT, CONNECTION, Layout.CONNECTION_ENDPOINT);
    lookup(Layout.FAILURES, ENDPOINT);
    program.jumpIf(R0, EQUAL, 0, done);
    program.apply(MOVE, FAILURES, R0);
    program.load(EbpfSize.WORD, R1, FAILURES, Layout.FAILURES_IN_A_ROW);
    program.jumpIf(R1, EQUAL, 0, done);
    sameEndpoint(CONNECTION, ENDPOINT, done);
    program.storeValue(EbpfSize.WORD, FAILURES, Layout.FAILURES_IN_A_ROW, 0);
  }

  private void progress(int value) {
    program.storeValue(EbpfSize.BYTE, CONNECTION, Layout.CONNECTION_PROGRESS, value);
  }
}
