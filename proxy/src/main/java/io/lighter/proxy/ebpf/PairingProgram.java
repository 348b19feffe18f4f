package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.NOT_EQUAL;
import static io.lighter.linux.EbpfOperation.MOVE;
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
 * The program at established connections: brings the two ends together that are both here.
 *
 * <p>A client's end comes first, and only by a service with turbo. It leaves a note. The server's
 * end takes it; what tells that it is the other end of that very connection are the addresses, the
 * ports, and both sequence numbers, so that the same addresses in other network namespaces do not
 * matter.
 *
 * <p>Bytes that went by TCP already must be read before all that skip it. So there must be none: a
 * client that sent data with its SYN, or data that comes with the end of the handshake, leave the
 * connection as it is.
 */
final class PairingProgram extends ConnectionProgram {
  private static final EbpfRegister SOCKET = R7;
  private static final EbpfRegister OP = R8;
  private static final EbpfRegister LANE = R9;

  /** Flags of the helpers. */
  private static final int BPF_SK_STORAGE_GET_F_CREATE = 1;

  private static final int BPF_NOEXIST = 1;

  // The stack. The lane begins with the key of the other end.
  private static final int KEY = -TurboLayout.KEY_SIZE;
  private static final int NEW_LANE = KEY - TurboLayout.LANE_SIZE;
  private static final int PEER_KEY = NEW_LANE;
  private static final int COOKIE = NEW_LANE - Long.BYTES;
  private static final int TIME = COOKIE - 2 * Long.BYTES;

  private static final int COUNT_INDEX = TIME - Integer.BYTES;

  private final EbpfWriter.Label done = program.label();

  private PairingProgram() {
    super(false);
  }

  static EbpfProgram write() {
    return new PairingProgram().writeAll();
  }

  private EbpfProgram writeAll() {
    EbpfWriter.Label established = program.label();
    EbpfWriter.Label server = program.label();
    program.apply(MOVE, CONTEXT, R1);
    program.load(EbpfSize.WORD, OP, CONTEXT, SockOpsContext.OP);
    program.jumpIf(OP, EQUAL, SockOpsContext.ACTIVE_ESTABLISHED, established);
    program.jumpIf(OP, NOT_EQUAL, SockOpsContext.PASSIVE_ESTABLISHED, done);
    program.place(established);
    program.load(EbpfSize.LONG, SOCKET, CONTEXT, SockOpsContext.SK);
    program.jumpIf(SOCKET, EQUAL, 0, done);
    // Its addresses may be another's as well, at another interface.
    program.load(EbpfSize.WORD, R1, SOCKET, SockContext.BOUND_DEV_IF);
    program.jumpIf(R1, NOT_EQUAL, 0, done);
    keys();
    program.jumpIf(OP, EQUAL, SockOpsContext.PASSIVE_ESTABLISHED, server);
    client();
    program.jump(done);
    program.place(server);
    server();
    program.place(done);
    // They are for the program that skips TCP. Who comes after this process finds them by us.
    program.loadMap(R1, TurboLayout.CREDITS);
    program.loadMap(R1, TurboLayout.BELL);
    verdict(1);
    return program.program();
  }

  /** Writes this end's key and the other's. */
  private void keys() {
    EbpfWriter.Label ipv6 = program.label();
    EbpfWriter.Label addressed = program.label();
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.FAMILY);
    program.jumpIf(R1, NOT_EQUAL, SocketFlags.AF_INET, ipv6);
    mapped(TurboLayout.KEY_LOCAL, TurboLayout.KEY_REMOTE, SockOpsContext.LOCAL_IP4);
    mapped(TurboLayout.KEY_REMOTE, TurboLayout.KEY_LOCAL, SockOpsContext.REMOTE_IP4);
    program.jump(addressed);
    program.place(ipv6);
    for (int at = 0; at < FrontendKey.PORT; at += Integer.BYTES) {
      program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.LOCAL_IP6 + at);
      both(TurboLayout.KEY_LOCAL + at, TurboLayout.KEY_REMOTE + at);
      program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.REMOTE_IP6 + at);
      both(TurboLayout.KEY_REMOTE + at, TurboLayout.KEY_LOCAL + at);
    }
    program.place(addressed);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.LOCAL_PORT);
    both(TurboLayout.KEY_LOCAL_PORT, TurboLayout.KEY_REMOTE_PORT);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.REMOTE_PORT);
    program.toBigEndian(R1, Integer.SIZE);
    both(TurboLayout.KEY_REMOTE_PORT, TurboLayout.KEY_LOCAL_PORT);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.SND_NXT);
    both(TurboLayout.KEY_SENT, TurboLayout.KEY_RECEIVED);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.RCV_NXT);
    both(TurboLayout.KEY_RECEIVED, TurboLayout.KEY_SENT);
  }

  private void mapped(int here, int there, int address) {
    for (int key : new int[] {KEY + here, PEER_KEY + there}) {
      program.storeValue(EbpfSize.LONG, R10, key, 0);
      program.storeValue(EbpfSize.WORD, R10, key + MAPPED_WORD_AT, MAPPED_WORD);
    }
    program.load(EbpfSize.WORD, R1, CONTEXT, address);
    both(here + IPV4_AT, there + IPV4_AT);
  }

  /** Stores r1 into this end's key and into the other's. */
  private void both(int here, int there) {
    program.store(EbpfSize.WORD, R10, KEY + here, R1);
    program.store(EbpfSize.WORD, R10, PEER_KEY + there, R1);
  }

  private void client() {
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, COOKIE, R0);
    connection(COOKIE);
    program.jumpIf(R0, EQUAL, 0, done);
    program.load(EbpfSize.BYTE, R1, R0, Layout.CONNECTION_TURBO);
    program.jumpIf(R1, EQUAL, 0, done);
    int address = Layout.CONNECTION_ADDRESS;
    int remote = KEY + TurboLayout.KEY_REMOTE;
    unlessSame(EbpfSize.LONG, R0, address, R10, remote, done);
    unlessSame(EbpfSize.LONG, R0, address + Long.BYTES, R10, remote + Long.BYTES, done);
    program.load(EbpfSize.WORD, R1, R10, KEY + TurboLayout.KEY_REMOTE_PORT);
    program.toBigEndian(R1, Short.SIZE);
    program.load(EbpfSize.WORD, R2, R0, Layout.CONNECTION_PORT);
    program.jumpIf(R1, NOT_EQUAL, R2, done);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.SND_NXT);
    program.load(EbpfSize.WORD, R2, CONTEXT, SockOpsContext.SND_UNA);
    program.jumpIf(R1, NOT_EQUAL, R2, done);
    enter();
    program.call(EbpfHelper.KTIME_GET_NS);
    program.store(EbpfSize.LONG, R10, TIME, R0);
    update(TurboLayout.DIALLED, KEY, TIME);
  }

  private void server() {
    EbpfWriter.Label paired = program.label();
    program.load(EbpfSize.WORD, R1, CONTEXT, SockOpsContext.DATA_SEGS_IN);
    program.jumpIf(R1, NOT_EQUAL, 0, done);
    lookup(TurboLayout.DIALLED, PEER_KEY);
    program.jumpIf(R0, EQUAL, 0, done);
    enter();
    pointer(R2, PEER_KEY);
    program.loadMap(R1, TurboLayout.DIALLED);
    program.call(EbpfHelper.MAP_DELETE_ELEM);
    program.jumpIf(R0, EQUAL, 0, paired);
    // The watchdog was faster, and takes the client's end out: nothing may be handed to it.
    program.storeValue(EbpfSize.LONG, LANE, TurboLayout.LANE_GIVEN_BACK, 1);
    program.jump(done);
    program.place(paired);
    count(TurboLayout.COUNT_PAIRED, COUNT_INDEX);
  }

  /** Gives the socket a lane and puts it into SOCKETS, or ends the program. */
  private void enter() {
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, NEW_LANE + TurboLayout.LANE_COOKIE, R0);
    program.storeValue(EbpfSize.LONG, R10, NEW_LANE + TurboLayout.LANE_SENT, 0);
    int limit = NEW_LANE + TurboLayout.LANE_LIMIT;
    program.storeValue(EbpfSize.LONG, R10, limit, TurboLayout.WINDOW);
    program.storeValue(EbpfSize.LONG, R10, NEW_LANE + TurboLayout.LANE_ASKED, 0);
    program.storeValue(EbpfSize.LONG, R10, NEW_LANE + TurboLayout.LANE_GIVEN_BACK, 0);
    program.loadMap(R1, TurboLayout.LANES);
    program.apply(MOVE, R2, SOCKET);
    pointer(R3, NEW_LANE);
    program.apply(MOVE, R4, BPF_SK_STORAGE_GET_F_CREATE);
    program.call(EbpfHelper.SK_STORAGE_GET);
    program.jumpIf(R0, EQUAL, 0, done);
    program.apply(MOVE, LANE, R0);
    program.apply(MOVE, R1, CONTEXT);
    program.loadMap(R2, TurboLayout.SOCKETS);
    pointer(R3, KEY);
    // One of the same key that is there may have bytes that nobody has read.
    program.apply(MOVE, R4, BPF_NOEXIST);
    program.call(EbpfHelper.SOCK_HASH_UPDATE);
    program.jumpIf(R0, NOT_EQUAL, 0, done);
  }
}
