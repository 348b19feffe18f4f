package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.LESS;
import static io.lighter.linux.EbpfCondition.NOT_EQUAL;
import static io.lighter.linux.EbpfOperation.ADD;
import static io.lighter.linux.EbpfOperation.MOVE;
import static io.lighter.linux.EbpfOperation.OR;
import static io.lighter.linux.EbpfRegister.R0;
import static io.lighter.linux.EbpfRegister.R1;
import static io.lighter.linux.EbpfRegister.R10;
import static io.lighter.linux.EbpfRegister.R2;
import static io.lighter.linux.EbpfRegister.R3;
import static io.lighter.linux.EbpfRegister.R4;
import static io.lighter.linux.EbpfRegister.R7;
import static io.lighter.linux.EbpfRegister.R8;
import static io.lighter.linux.EbpfRegister.R9;

import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.EbpfRegister;
import io.lighter.linux.EbpfSize;
import io.lighter.linux.EbpfWriter;
import io.lighter.linux.SockContext;
import io.lighter.linux.SockOpsContext;
import io.lighter.linux.SocketFlags;

/**
 * The program at the outcome of a connect: counts for each endpoint how many in a row have failed,
 * and tells when they are too many.
 *
 * <p>A connect has failed when its socket is closed without having been established (SYN_SENT to
 * CLOSE), and the kernel did that: it was refused, unreachable, or timed out. When the client did
 * it, {@link ReleaseProgram} was there before and has left a mark. Then it has failed if the first
 * segment had to be sent again, which is after a second (RFC 6298): the client has waited, and gave
 * up. One that gives up before may have had an answer elsewhere. Where nothing was sent the fault
 * is this machine's, such as that it has no port left.
 *
 * <p>A connect that succeeds costs one search in ORIGINS. The socket tells of all its states then,
 * to the end: what it tells is set for all programs of a socket together, so that to take it back
 * could take it from another.
 */
final class OutcomeProgram extends SocketProgram {
  private static final EbpfRegister OP = R7;

  /** How often the first segment was sent again. */
  private static final EbpfRegister AGAIN = R8;

  private static final EbpfRegister FAILURES = R9;

  // The stack.
  private static final int KEY = -Layout.ORIGIN_KEY_SIZE;
  private static final int KEY_ADDRESS = KEY + Layout.ORIGIN_KEY_ADDRESS;
  private static final int KEY_PORT = KEY + Layout.ORIGIN_KEY_PORT;

  /** What is told. */
  private static final int FAILING = KEY - Layout.FAILING_SIZE;

  private static final int SERVICE = FAILING + Layout.FAILING_SERVICE;
  private static final int ENDPOINT = FAILING + Layout.FAILING_ENDPOINT;

  private final EbpfWriter.Label done = program.label();

  private OutcomeProgram() {
    super(false);
  }

  static EbpfProgram write() {
    return new OutcomeProgram().writeAll();
  }

  private EbpfProgram writeAll() {
    EbpfWriter.Label established = program.label();
    EbpfWriter.Label change = program.label();
    EbpfWriter.Label success = program.label();
    program.apply(MOVE, CONTEXT, R1);
    program.load(EbpfSize.WORD, OP, CONTEXT, SockOpsContext.OP);
    program.jumpIf(OP, EQUAL, SockOpsContext.ACTIVE_ESTABLISHED, established);
    program.jumpIf(OP, EQUAL, SockOpsContext.STATE_CHANGE, change);
    program.jumpIf(OP, NOT_EQUAL, SockOpsContext.TCP_CONNECT, done);
    watch();
    program.jump(done);
    program.place(change);
    failedOnly();
    program.place(established);
    program.load(EbpfSize.WORD, AGAIN, CONTEXT, SockOpsContext.TOTAL_RETRANS);
    key();
    origin();
    failures();
    program.jumpIf(OP, EQUAL, SockOpsContext.ACTIVE_ESTABLISHED, success);
    sameEndpoint();
    count();
    program.jump(done);
    program.place(success);
    program.load(EbpfSize.WORD, R1, FAILURES, Layout.FAILURES_IN_A_ROW);
    program.jumpIf(R1, EQUAL, 0, done);
    sameEndpoint();
    program.storeValue(EbpfSize.WORD, FAILURES, Layout.FAILURES_IN_A_ROW, 0);
    program.place(done);
    verdict(1);
    return program.program();
  }

  /** Has the socket tell how its connect ends. */
  private void watch() {
    program.load(EbpfSize.WORD, R2, CONTEXT, SockOpsContext.FLAGS);
    program.apply(OR, R2, SockOpsContext.STATE_CHANGE_FLAG);
    program.apply(MOVE, R1, CONTEXT);
    program.call(EbpfHelper.SOCK_OPS_CB_FLAGS_SET);
  }

  private void failedOnly() {
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.OLD_STATE);
    program.jumpIf(R1, NOT_EQUAL, SockContext.TCP_SYN_SENT, done);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.NEW_STATE);
    program.jumpIf(R1, NOT_EQUAL, SockContext.TCP_CLOSE, done);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.SEGS_OUT);
    program.jumpIf(R1, EQUAL, 0, done);
  }

  private void key() {
    EbpfWriter.Label ipv6 = program.label();
    EbpfWriter.Label addressed = program.label();
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, KEY, R0);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.FAMILY);
    program.jumpIf(R1, NOT_EQUAL, SocketFlags.AF_INET, ipv6);
    program.storeValue(EbpfSize.LONG, R10, KEY_ADDRESS, 0);
    program.storeValue(EbpfSize.WORD, R10, KEY_ADDRESS + MAPPED_WORD_AT, MAPPED_WORD);
    copy(EbpfSize.WORD, R10, KEY_ADDRESS + IPV4_AT, CONTEXT, SockOpsContext.REMOTE_IP4);
    program.jump(addressed);
    program.place(ipv6);
    for (int at = 0; at < FrontendKey.PORT; at += Integer.BYTES) {
      copy(EbpfSize.WORD, R10, KEY_ADDRESS + at, CONTEXT, SockOpsContext.REMOTE_IP6 + at);
    }
    program.place(addressed);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.REMOTE_PORT);
    program.toBigEndian(R1, Integer.SIZE);
    program.toBigEndian(R1, Short.SIZE);
    program.store(EbpfSize.LONG, R10, KEY_PORT, R1);
  }

  /** Finds what the socket was meant for; ends when it is no service's, or does not count. */
  private void origin() {
    EbpfWriter.Label counts = program.label();
    lookup(Layout.ORIGINS, KEY);
    program.jumpIf(R0, EQUAL, 0, done);
    copy(EbpfSize.WORD, R10, SERVICE, R0, Layout.ORIGIN_SERVICE);
    copy(EbpfSize.WORD, R10, ENDPOINT, R0, Layout.ORIGIN_ENDPOINT);
    program.load(EbpfSize.HALF, R1, R0, Layout.ORIGIN_ABANDONED);
    program.jumpIf(R1, EQUAL, 0, counts);
    pointer(R2, KEY);
    program.loadMap(R1, Layout.ORIGINS);
    program.call(EbpfHelper.MAP_DELETE_ELEM);
    program.jumpIf(AGAIN, EQUAL, 0, done);
    program.place(counts);
  }

  private void failures() {
    lookup(Layout.FAILURES, ENDPOINT);
    program.jumpIf(R0, EQUAL, 0, done);
    program.apply(MOVE, FAILURES, R0);
    program.load(EbpfSize.WORD, R1, FAILURES, Layout.FAILURES_LIMIT);
    program.jumpIf(R1, EQUAL, 0, done);
  }

  /** Ends when the index has become another endpoint's since the client began to connect. */
  private void sameEndpoint() {
    lookup(Layout.ENDPOINTS, ENDPOINT);
    program.jumpIf(R0, EQUAL, 0, done);
    same(EbpfSize.LONG, 0, KEY_ADDRESS);
    same(EbpfSize.LONG, Long.BYTES, KEY_ADDRESS + Long.BYTES);
    same(EbpfSize.WORD, Layout.ENDPOINT_PORT, KEY_PORT);
    same(EbpfSize.WORD, Layout.ENDPOINT_SERVICE, SERVICE);
  }

  private void same(EbpfSize size, int offset, int stack) {
    program.load(size, R1, R0, offset);
    program.load(size, R2, R10, stack);
    program.jumpIf(R1, NOT_EQUAL, R2, done);
  }

  private void count() {
    program.move(R1, 1);
    program.fetchAdd(EbpfSize.LONG, FAILURES, Layout.FAILURES_TOTAL, R1);
    program.move(R1, 1);
    program.fetchAdd(EbpfSize.WORD, FAILURES, Layout.FAILURES_IN_A_ROW, R1);
    program.apply(ADD, R1, 1);
    program.load(EbpfSize.WORD, R2, FAILURES, Layout.FAILURES_LIMIT);
    program.jumpIf(R1, LESS, R2, done);
    program.loadMap(R1, Layout.FAILING);
    pointer(R2, FAILING);
    program.move(R3, Layout.FAILING_SIZE);
    program.move(R4, 0);
    program.call(EbpfHelper.RINGBUF_OUTPUT);
  }
}
