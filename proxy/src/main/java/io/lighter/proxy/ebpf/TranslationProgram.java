package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.GREATER;
import static io.lighter.linux.EbpfCondition.NOT_EQUAL;
import static io.lighter.linux.EbpfOperation.ADD;
import static io.lighter.linux.EbpfOperation.MODULO;
import static io.lighter.linux.EbpfOperation.MOVE;
import static io.lighter.linux.EbpfOperation.MULTIPLY;
import static io.lighter.linux.EbpfOperation.SHIFT_RIGHT;
import static io.lighter.linux.EbpfOperation.SUBTRACT;
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
import io.lighter.linux.SockAddrContext;
import io.lighter.linux.SocketFlags;

/**
 * The program at connect and at sendmsg: puts an endpoint in the place of a service's address, and
 * notes what was meant.
 *
 * <p>It reads the target of an entry once. So it works with the slots of before or of after a
 * change, and both are good: those of before keep their content for a while.
 */
final class TranslationProgram extends ConnectionProgram {
  private static final EbpfRegister ENTRY = R7;

  /** The first slot. */
  private static final EbpfRegister FIRST = R8;

  /** How many slots; afterwards the endpoint. */
  private static final EbpfRegister COUNT = R9;

  private static final EbpfRegister ENDPOINT = R9;

  // The stack.
  private static final int INDEX = -4;
  private static final int KEY = -24;
  private static final int STICK_KEY = KEY - Layout.STICK_KEY_SIZE;
  private static final int STICK = STICK_KEY - Layout.STICK_SIZE;
  private static final int ORIGIN_KEY = STICK - Layout.ORIGIN_KEY_SIZE;
  private static final int ORIGIN = ORIGIN_KEY - Layout.ORIGIN_SIZE;
  private static final int CONNECTION = ORIGIN - Layout.CONNECTION_SIZE;

  /** Before it there is room for a word. */
  private static final int COOKIE = CONNECTION - Long.BYTES;

  private static final int FAILING = COOKIE - Long.BYTES - Layout.FAILING_SIZE;

  /** The socket's place or what is noted elsewhere, once an endpoint is chosen. */
  private static final EbpfRegister NOTED_BEFORE = R8;

  /** 2^64 by the golden ratio: consecutive numbers become far apart (Knuth 3, section 6.4). */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  private static final int UPPER_HALF = 32;

  private final boolean datagram;
  private final boolean setsErrno;

  private final EbpfWriter.Label found = program.label();
  private final EbpfWriter.Label choose = program.label();
  private final EbpfWriter.Label rewrite = program.label();
  private final EbpfWriter.Label refuse = program.label();
  private final EbpfWriter.Label allow = program.label();

  private TranslationProgram(boolean ipv6, boolean datagram, boolean setsErrno) {
    super(ipv6);
    this.datagram = datagram;
    this.setsErrno = setsErrno;
  }

  /**
   * Writes the program.
   *
   * @param datagram at sendmsg, which comes for each datagram
   * @param setsErrno whether the kernel lets it say more than EPERM
   */
  static EbpfProgram write(boolean ipv6, boolean datagram, boolean setsErrno) {
    return new TranslationProgram(ipv6, datagram, setsErrno).writeAll();
  }

  private EbpfProgram writeAll() {
    program.apply(MOVE, CONTEXT, R1);
    key();
    lookup(Layout.FRONTENDS, KEY);
    program.jumpIf(R0, NOT_EQUAL, 0, found);
    wildcard();
    program.place(found);
    entry();
    namespace();
    target();
    stick();
    program.place(choose);
    choose();
    program.place(rewrite);
    EbpfWriter.Label noted = program.label();
    if (!datagram) {
      EbpfWriter.Label datagrams = program.label();
      program.load(EbpfSize.BYTE, R1, R10, KEY + FrontendKey.PROTOCOL);
      program.jumpIf(R1, NOT_EQUAL, SocketFlags.IPPROTO_TCP, datagrams);
      noteConnection();
      program.jump(noted);
      program.place(datagrams);
    }
    noteOrigin();
    program.place(noted);
    addressFrom(ENDPOINT, 0, Layout.ENDPOINT_PORT);
    program.place(allow);
    verdict(1);
    program.place(refuse);
    if (setsErrno) {
      program.load(EbpfSize.BYTE, R2, ENTRY, Layout.ENTRY_REFUSAL);
      program.apply(MOVE, R1, 0);
      program.apply(SUBTRACT, R1, R2);
      program.call(EbpfHelper.SET_RETVAL);
    }
    verdict(0);
    return program.program();
  }

  private void key() {
    addressTo(KEY);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockAddrContext.USER_PORT);
    program.store(EbpfSize.HALF, R10, KEY + FrontendKey.PORT, R1);
    program.load(EbpfSize.WORD, R1, CONTEXT, SockAddrContext.PROTOCOL);
    program.store(EbpfSize.BYTE, R10, KEY + FrontendKey.PROTOCOL, R1);
    program.storeValue(EbpfSize.BYTE, R10, KEY + FrontendKey.WILDCARD, 0);
  }

  /** Looks for a frontend at all addresses of the node, when this is one of them. */
  private void wildcard() {
    EbpfWriter.Label everywhere = program.label();
    lookup(Layout.NODE, KEY);
    program.jumpIf(R0, EQUAL, 0, allow);
    program.load(EbpfSize.LONG, R8, R0, 0);
    program.jumpIf(R8, EQUAL, 0, everywhere);
    ask(EbpfHelper.GET_NETNS_COOKIE);
    program.jumpIf(R0, NOT_EQUAL, R8, allow);
    program.place(everywhere);
    wildcardKey();
    lookup(Layout.FRONTENDS, KEY);
    program.jumpIf(R0, EQUAL, 0, allow);
  }

  private void wildcardKey() {
    program.storeValue(EbpfSize.BYTE, R10, KEY + FrontendKey.WILDCARD, 1);
    if (!ipv6) {
      program.storeValue(EbpfSize.WORD, R10, KEY + IPV4_AT, 0);
      return;
    }
    EbpfWriter.Label mapped = program.label();
    EbpfWriter.Label done = program.label();
    jumpIfMapped(KEY, mapped);
    program.storeValue(EbpfSize.LONG, R10, KEY, 0);
    program.storeValue(EbpfSize.LONG, R10, KEY + Long.BYTES, 0);
    program.jump(done);
    program.place(mapped);
    program.storeValue(EbpfSize.WORD, R10, KEY + IPV4_AT, 0);
    program.place(done);
  }

  /** Finds the entry, and makes sure that it is the one of the key. */
  private void entry() {
    copy(EbpfSize.WORD, R10, INDEX, R0, 0);
    lookup(Layout.ENTRIES, INDEX);
    program.jumpIf(R0, EQUAL, 0, allow);
    program.apply(MOVE, ENTRY, R0);
    sameInEntry(EbpfSize.LONG, 0);
    sameInEntry(EbpfSize.LONG, Long.BYTES);
    sameInEntry(EbpfSize.WORD, FrontendKey.PORT);
  }

  private void sameInEntry(EbpfSize size, int offset) {
    program.load(size, R1, R10, KEY + offset);
    program.load(size, R2, ENTRY, offset);
    program.jumpIf(R1, NOT_EQUAL, R2, allow);
  }

  private void namespace() {
    EbpfWriter.Label everywhere = program.label();
    program.load(EbpfSize.LONG, R8, ENTRY, Layout.ENTRY_NAMESPACE);
    program.jumpIf(R8, EQUAL, 0, everywhere);
    ask(EbpfHelper.GET_NETNS_COOKIE);
    program.jumpIf(R0, NOT_EQUAL, R8, allow);
    program.place(everywhere);
  }

  private void target() {
    program.move(R1, 1);
    program.fetchAdd(EbpfSize.LONG, ENTRY, Layout.ENTRY_COUNTER, R1);
    program.load(EbpfSize.LONG, FIRST, ENTRY, Layout.ENTRY_TARGET);
    program.apply(MOVE, COUNT, FIRST);
    program.apply(SHIFT_RIGHT, COUNT, UPPER_HALF);
    program.copy(FIRST, FIRST);
    program.jumpIf(COUNT, EQUAL, 0, refuse);
  }

  /** Takes the endpoint that the client has, if it has one and may keep it. */
  private void stick() {
    EbpfWriter.Label socket = program.label();
    EbpfWriter.Label known = program.label();
    EbpfWriter.Label fresh = program.label();
    // Without a stick nothing reads them, but the verifier cannot know.
    program.storeValue(EbpfSize.LONG, R10, STICK_KEY, 0);
    program.storeValue(EbpfSize.LONG, R10, STICK, 0);
    program.load(EbpfSize.BYTE, R1, ENTRY, Layout.ENTRY_STICK);
    if (datagram) {
      program.jumpIf(R1, EQUAL, Layout.STICK_NONE, choose);
    } else {
      // A socket that is connected sticks to its endpoint by itself.
      program.jumpIf(R1, NOT_EQUAL, Layout.STICK_CLIENT, choose);
    }
    program.store(EbpfSize.WORD, R10, STICK_KEY + Layout.STICK_KEY_KIND, R1);
    program.load(EbpfSize.WORD, R2, ENTRY, Layout.ENTRY_SERVICE);
    program.store(EbpfSize.WORD, R10, STICK_KEY + Layout.STICK_KEY_SERVICE, R2);
    if (datagram) {
      program.jumpIf(R1, EQUAL, Layout.STICK_SOCKET, socket);
    }
    ask(EbpfHelper.GET_NETNS_COOKIE);
    if (datagram) {
      program.jump(known);
      program.place(socket);
      ask(EbpfHelper.GET_SOCKET_COOKIE);
      program.place(known);
    }
    program.store(EbpfSize.LONG, R10, STICK_KEY, R0);
    program.call(EbpfHelper.KTIME_GET_NS);
    program.store(EbpfSize.LONG, R10, STICK, R0);

    lookup(Layout.STICKS, STICK_KEY);
    program.jumpIf(R0, EQUAL, 0, choose);
    program.load(EbpfSize.LONG, R1, R0, 0);
    program.load(EbpfSize.LONG, R2, R10, STICK);
    // Another processor may have used it since this one looked at the clock.
    program.jumpIf(R1, GREATER, R2, fresh);
    program.apply(MOVE, R3, R2);
    program.apply(SUBTRACT, R3, R1);
    program.load(EbpfSize.LONG, R4, ENTRY, Layout.ENTRY_STICK_TIME);
    program.jumpIf(R3, GREATER, R4, choose);
    program.store(EbpfSize.LONG, R0, 0, R2);
    program.place(fresh);
    copy(EbpfSize.WORD, R10, INDEX, R0, Layout.STICK_ENDPOINT);
    copy(EbpfSize.WORD, R10, STICK + Layout.STICK_GENERATION, R0, Layout.STICK_GENERATION);

    lookup(Layout.ENDPOINTS, INDEX);
    program.jumpIf(R0, EQUAL, 0, choose);
    ofThisService(choose);
    program.load(EbpfSize.WORD, R1, R0, Layout.ENDPOINT_GENERATION);
    program.load(EbpfSize.WORD, R2, R10, STICK + Layout.STICK_GENERATION);
    program.jumpIf(R1, NOT_EQUAL, R2, choose);
    program.load(EbpfSize.WORD, R1, R0, Layout.ENDPOINT_KEEPS);
    program.jumpIf(R1, EQUAL, 0, choose);
    program.apply(MOVE, ENDPOINT, R0);
    program.jump(rewrite);
  }

  private void ofThisService(EbpfWriter.Label otherwise) {
    program.load(EbpfSize.WORD, R1, R0, Layout.ENDPOINT_SERVICE);
    program.load(EbpfSize.WORD, R2, ENTRY, Layout.ENTRY_SERVICE);
    program.jumpIf(R1, NOT_EQUAL, R2, otherwise);
  }

  private void choose() {
    EbpfWriter.Label chance = program.label();
    EbpfWriter.Label hash = program.label();
    EbpfWriter.Label pick = program.label();
    program.load(EbpfSize.BYTE, R1, ENTRY, Layout.ENTRY_BALANCING);
    program.jumpIf(R1, EQUAL, Layout.BALANCING_CHANCE, chance);
    program.jumpIf(R1, EQUAL, Layout.BALANCING_HASH, hash);
    // Of those who choose only: clients that keep their endpoints would upset the turns.
    program.move(R0, 1);
    program.fetchAdd(EbpfSize.WORD, ENTRY, Layout.ENTRY_TURN, R0);
    program.jump(pick);
    program.place(chance);
    program.call(EbpfHelper.GET_PRANDOM_U32);
    program.jump(pick);
    program.place(hash);
    ask(EbpfHelper.GET_NETNS_COOKIE);
    program.loadConstant(R1, SPREAD);
    program.apply(MULTIPLY, R0, R1);
    program.apply(SHIFT_RIGHT, R0, UPPER_HALF);
    program.place(pick);
    program.apply32(MODULO, R0, COUNT);
    program.apply(ADD, R0, FIRST);
    program.store(EbpfSize.WORD, R10, INDEX, R0);
    lookup(Layout.SLOTS, INDEX);
    program.jumpIf(R0, EQUAL, 0, refuse);
    copy(EbpfSize.WORD, R10, INDEX, R0, 0);
    lookup(Layout.ENDPOINTS, INDEX);
    program.jumpIf(R0, EQUAL, 0, refuse);
    ofThisService(refuse);
    program.apply(MOVE, ENDPOINT, R0);
    program.load(EbpfSize.WORD, R1, R10, STICK_KEY + Layout.STICK_KEY_KIND);
    program.jumpIf(R1, EQUAL, Layout.STICK_NONE, rewrite);
    copy(EbpfSize.WORD, R10, STICK + Layout.STICK_ENDPOINT, R10, INDEX);
    int generation = STICK + Layout.STICK_GENERATION;
    copy(EbpfSize.WORD, R10, generation, ENDPOINT, Layout.ENDPOINT_GENERATION);
    update(Layout.STICKS, STICK_KEY, STICK);
  }

  /**
   * Notes what the socket was meant to be connected to, in its place or, if that is taken, apart.
   */
  private void noteConnection() {
    EbpfWriter.Label own = program.label();
    EbpfWriter.Label taken = program.label();
    EbpfWriter.Label apart = program.label();
    EbpfWriter.Label noted = program.label();
    writeConnection();
    place(COOKIE);
    program.jumpIf(R0, EQUAL, 0, taken);
    program.apply(MOVE, NOTED_BEFORE, R0);
    program.apply(MOVE, R0, 0);
    program.load(EbpfSize.LONG, R1, R10, COOKIE);
    program.compareExchange(EbpfSize.LONG, NOTED_BEFORE, 0, R1);
    program.jumpIf(R0, EQUAL, 0, own);
    program.load(EbpfSize.LONG, R1, R10, COOKIE);
    program.jumpIf(R0, NOT_EQUAL, R1, taken);
    countFailureBefore(own);
    program.place(own);
    for (int at = Long.BYTES; at < Layout.CONNECTION_SIZE; at += Long.BYTES) {
      copy(EbpfSize.LONG, NOTED_BEFORE, at, R10, CONNECTION + at);
    }
    program.jump(noted);
    program.place(taken);
    lookup(Layout.OTHER_CONNECTIONS, COOKIE);
    program.jumpIf(R0, EQUAL, 0, apart);
    program.apply(MOVE, NOTED_BEFORE, R0);
    countFailureBefore(apart);
    program.place(apart);
    update(Layout.OTHER_CONNECTIONS, COOKIE, CONNECTION);
    program.place(noted);
  }

  /** The same socket tries again: so what it tried before has failed, if anything was sent. */
  private void countFailureBefore(EbpfWriter.Label otherwise) {
    program.load(EbpfSize.BYTE, R1, NOTED_BEFORE, Layout.CONNECTION_PROGRESS);
    program.jumpIf(R1, NOT_EQUAL, Layout.PROGRESS_SENT, otherwise);
    countFailure(NOTED_BEFORE, FAILING);
  }

  private void writeConnection() {
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, COOKIE, R0);
    program.store(EbpfSize.LONG, R10, CONNECTION, R0);
    int address = CONNECTION + Layout.CONNECTION_ADDRESS;
    copy(EbpfSize.LONG, R10, address, ENDPOINT, 0);
    copy(EbpfSize.LONG, R10, address + Long.BYTES, ENDPOINT, Long.BYTES);
    copy(EbpfSize.WORD, R10, CONNECTION + Layout.CONNECTION_PORT, ENDPOINT, Layout.ENDPOINT_PORT);
    copy(EbpfSize.WORD, R10, CONNECTION + Layout.CONNECTION_SERVICE, ENTRY, Layout.ENTRY_SERVICE);
    addressTo(CONNECTION + Layout.CONNECTION_ORIGIN);
    int port = CONNECTION + Layout.CONNECTION_ORIGIN_PORT;
    copy(EbpfSize.WORD, R10, port, CONTEXT, SockAddrContext.USER_PORT);
    copy(EbpfSize.WORD, R10, CONNECTION + Layout.CONNECTION_ENDPOINT, R10, INDEX);
    // The turbo in the lowest byte, and nothing else of the last eight.
    program.storeValue(EbpfSize.WORD, R10, CONNECTION + Layout.CONNECTION_TIME, 0);
    program.load(EbpfSize.BYTE, R1, ENTRY, Layout.ENTRY_TURBO);
    program.store(EbpfSize.WORD, R10, CONNECTION + Layout.CONNECTION_TURBO, R1);
  }

  /** Notes where a datagram was meant to go, for those who ask where its answer comes from. */
  private void noteOrigin() {
    EbpfWriter.Label note = program.label();
    EbpfWriter.Label noted = program.label();
    ask(EbpfHelper.GET_SOCKET_COOKIE);
    program.store(EbpfSize.LONG, R10, ORIGIN_KEY, R0);
    int address = ORIGIN_KEY + Layout.ORIGIN_KEY_ADDRESS;
    copy(EbpfSize.LONG, R10, address, ENDPOINT, 0);
    copy(EbpfSize.LONG, R10, address + Long.BYTES, ENDPOINT, Long.BYTES);
    int port = ORIGIN_KEY + Layout.ORIGIN_KEY_PORT;
    program.load(EbpfSize.WORD, R1, ENDPOINT, Layout.ENDPOINT_PORT);
    program.store(EbpfSize.LONG, R10, port, R1);
    addressTo(ORIGIN);
    copy(EbpfSize.WORD, R10, ORIGIN + Layout.ORIGIN_PORT, CONTEXT, SockAddrContext.USER_PORT);
    copy(EbpfSize.WORD, R10, ORIGIN + Layout.ORIGIN_SERVICE, ENTRY, Layout.ENTRY_SERVICE);
    if (datagram) {
      // Reading is cheaper than writing what is there already, which it is but for the first.
      lookup(Layout.ORIGINS, ORIGIN_KEY);
      program.jumpIf(R0, EQUAL, 0, note);
      for (int at = 0; at < Layout.ORIGIN_SIZE; at += Long.BYTES) {
        unlessSame(EbpfSize.LONG, R0, at, R10, ORIGIN + at, note);
      }
      program.jump(noted);
    }
    program.place(note);
    update(Layout.ORIGINS, ORIGIN_KEY, ORIGIN);
    program.place(noted);
  }
}
