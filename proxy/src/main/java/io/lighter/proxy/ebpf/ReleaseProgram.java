package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.LESS;
import static io.lighter.linux.EbpfCondition.NOT_EQUAL;
import static io.lighter.linux.EbpfOperation.MOVE;
import static io.lighter.linux.EbpfOperation.SHIFT_RIGHT;
import static io.lighter.linux.EbpfOperation.SUBTRACT;
import static io.lighter.linux.EbpfRegister.R0;
import static io.lighter.linux.EbpfRegister.R1;
import static io.lighter.linux.EbpfRegister.R10;
import static io.lighter.linux.EbpfRegister.R2;
import static io.lighter.linux.EbpfRegister.R7;

import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.EbpfRegister;
import io.lighter.linux.EbpfSize;
import io.lighter.linux.EbpfWriter;
import io.lighter.linux.SockContext;
import io.lighter.linux.SocketFlags;

/**
 * The program at the end of a socket: forgets what a connected one was meant to be connected to. So
 * what is remembered are the connections that there are, and not the last so many; one that lives
 * for days is not pushed out by those that live for milliseconds.
 *
 * <p>A connect of TCP has failed when its first segment was sent and its socket ends without having
 * been established: it was refused, unreachable, or timed out. When the client has closed it before
 * ({@code SYN_SENT}) it has failed if that was a second or more after the first segment, which has
 * been sent again by then (RFC 6298): the client has waited, and gave up. One that gives up before
 * may have had an answer elsewhere. {@link OutcomeProgram} notes how far connects come.
 */
final class ReleaseProgram extends ConnectionProgram {
  private static final EbpfRegister CONNECTION = R7;

  /** A second, in units of {@link Layout#TIME_SHIFT}, rounded up. */
  private static final int SECOND = (1_000_000_000 >> Layout.TIME_SHIFT) + 1;

  // The stack.
  private static final int KEY = -Layout.ORIGIN_KEY_SIZE;
  private static final int ADDRESS = KEY + Layout.ORIGIN_KEY_ADDRESS;
  private static final int FAILING = KEY - Layout.FAILING_SIZE - Long.BYTES;

  private final EbpfWriter.Label done = program.label();

  private ReleaseProgram() {
    super(false);
  }

  static EbpfProgram write() {
    return new ReleaseProgram().writeAll();
  }

  private EbpfProgram writeAll() {
    EbpfWriter.Label datagrams = program.label();
    program.apply(MOVE, CONTEXT, R1);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockContext.PROTOCOL);
    program.jumpIf(R1, NOT_EQUAL, SocketFlags.IPPROTO_TCP, datagrams);
    connectionEnds();
    program.jump(done);
    program.place(datagrams);
    datagramsEnd();
    program.place(done);
    // Who comes after this process finds them by us, be there one that counts failures or not.
    program.loadMap(R1, Layout.FAILURES);
    program.loadMap(R1, Layout.FAILING);
    verdict(1);
    return program.program();
  }

  private void connectionEnds() {
    EbpfWriter.Label failed = program.label();
    EbpfWriter.Label forget = program.label();
    EbpfWriter.Label elsewhere = program.label();
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, KEY, R0);
    connection(KEY);
    program.jumpIf(R0, EQUAL, 0, done);
    program.apply(MOVE, CONNECTION, R0);
    program.load(EbpfSize.BYTE, R1, CONNECTION, Layout.CONNECTION_PROGRESS);
    program.jumpIf(R1, NOT_EQUAL, Layout.PROGRESS_SENT, forget);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockContext.STATE);
    program.jumpIf(R1, EQUAL, SockContext.TCP_CLOSE, failed);
    program.jumpIf(R1, NOT_EQUAL, SockContext.TCP_SYN_SENT, forget);
    program.call(EbpfHelper.KTIME_GET_NS);
    program.apply(SHIFT_RIGHT, R0, Layout.TIME_SHIFT);
    program.load(EbpfSize.WORD, R1, CONNECTION, Layout.CONNECTION_TIME);
    program.apply32(SUBTRACT, R0, R1);
    program.jumpIf(R0, LESS, SECOND, forget);
    program.place(failed);
    countFailure(CONNECTION, FAILING);
    program.place(forget);
    place(KEY);
    program.jumpIf(R0, NOT_EQUAL, CONNECTION, elsewhere);
    program.storeValue(EbpfSize.LONG, CONNECTION, 0, 0);
    program.jump(done);
    program.place(elsewhere);
    forget(Layout.OTHER_CONNECTIONS);
  }

  private void datagramsEnd() {
    EbpfWriter.Label ipv4 = program.label();
    EbpfWriter.Label addressed = program.label();
    program.load(EbpfSize.HALF, R1, CONTEXT, SockContext.DST_PORT);
    program.jumpIf(R1, EQUAL, 0, done);
    program.store(EbpfSize.LONG, R10, KEY + Layout.ORIGIN_KEY_PORT, R1);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockContext.FAMILY);
    program.jumpIf(R1, EQUAL, SocketFlags.AF_INET, ipv4);
    for (int at = 0; at < FrontendKey.PORT; at += Integer.BYTES) {
      copy(EbpfSize.WORD, R10, ADDRESS + at, CONTEXT, SockContext.DST_IP6 + at);
    }
    program.jump(addressed);
    program.place(ipv4);
    program.storeValue(EbpfSize.LONG, R10, ADDRESS, 0);
    program.storeValue(EbpfSize.WORD, R10, ADDRESS + MAPPED_WORD_AT, MAPPED_WORD);
    copy(EbpfSize.WORD, R10, ADDRESS + IPV4_AT, CONTEXT, SockContext.DST_IP4);
    program.place(addressed);
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, KEY, R0);
    forget(Layout.ORIGINS);
  }

  private void forget(String map) {
    pointer(R2, KEY);
    program.loadMap(R1, map);
    program.call(EbpfHelper.MAP_DELETE_ELEM);
  }
}
