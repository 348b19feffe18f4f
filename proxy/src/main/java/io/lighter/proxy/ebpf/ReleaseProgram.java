package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.NOT_EQUAL;
import static io.lighter.linux.EbpfOperation.MOVE;
import static io.lighter.linux.EbpfRegister.R0;
import static io.lighter.linux.EbpfRegister.R1;
import static io.lighter.linux.EbpfRegister.R10;
import static io.lighter.linux.EbpfRegister.R2;

import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.EbpfSize;
import io.lighter.linux.EbpfWriter;
import io.lighter.linux.SockContext;
import io.lighter.linux.SocketFlags;

/**
 * The program at the end of a socket: forgets what a connected one was meant to be connected to. So
 * what is remembered are the connections that there are, and not the last so many; one that lives
 * for days is not pushed out by those that live for milliseconds. One that the client closes before
 * it is connected is marked, and forgotten by {@link OutcomeProgram}, which comes next.
 */
final class ReleaseProgram extends SocketProgram {
  private static final int KEY = -Layout.ORIGIN_KEY_SIZE;
  private static final int ADDRESS = KEY + Layout.ORIGIN_KEY_ADDRESS;

  private ReleaseProgram() {
    super(false);
  }

  static EbpfProgram write() {
    return new ReleaseProgram().writeAll();
  }

  private EbpfProgram writeAll() {
    EbpfWriter.Label ipv4 = program.label();
    EbpfWriter.Label addressed = program.label();
    EbpfWriter.Label done = program.label();
    EbpfWriter.Label connected = program.label();
    program.apply(MOVE, CONTEXT, R1);
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
    program.load(EbpfSize.WORD, R1, CONTEXT, SockContext.STATE);
    program.jumpIf(R1, NOT_EQUAL, SockContext.TCP_SYN_SENT, connected);
    lookup(Layout.ORIGINS, KEY);
    program.jumpIf(R0, EQUAL, 0, done);
    program.storeValue(EbpfSize.HALF, R0, Layout.ORIGIN_ABANDONED, 1);
    program.jump(done);
    program.place(connected);
    pointer(R2, KEY);
    program.loadMap(R1, Layout.ORIGINS);
    program.call(EbpfHelper.MAP_DELETE_ELEM);
    program.place(done);
    // Who comes after this process finds them by us, be there one that counts failures or not.
    program.loadMap(R1, Layout.FAILURES);
    program.loadMap(R1, Layout.FAILING);
    verdict(1);
    return program.program();
  }
}
