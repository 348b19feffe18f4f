package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfCondition.EQUAL;
import static io.lighter.linux.EbpfCondition.LESS_OR_EQUAL;
import static io.lighter.linux.EbpfCondition.NOT_EQUAL;
import static io.lighter.linux.EbpfOperation.ADD;
import static io.lighter.linux.EbpfOperation.AND;
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
import io.lighter.linux.SkMsgContext;
import io.lighter.linux.SockContext;

/**
 * The program at what the ends of paired connections send: hands it to the other end, past TCP, for
 * as long as there is credit.
 *
 * <p>Who reads gets all that skipped TCP before what came by it. So a direction that has sent
 * anything by TCP goes on so, for ever; then the order is kept. It runs with the sender's socket
 * locked, and nobody else writes its lane.
 */
final class ShortcutProgram extends SocketProgram {
  /** The socket; afterwards the limit. */
  private static final EbpfRegister SOCKET = R7;

  private static final EbpfRegister LIMIT = R7;
  private static final EbpfRegister LANE = R8;

  /** How many bytes will have been sent. */
  private static final EbpfRegister SENT = R9;

  private static final int BPF_F_INGRESS = 1;

  // The stack.
  private static final int INDEX = -4;

  private final EbpfWriter.Label allowed = program.label();
  private final EbpfWriter.Label pass = program.label();

  private ShortcutProgram() {
    super(false);
  }

  static EbpfProgram write() {
    return new ShortcutProgram().writeAll();
  }

  private EbpfProgram writeAll() {
    program.apply(MOVE, CONTEXT, R1);
    socket();
    lane();
    EbpfWriter.Label none = program.label();
    credit(none);
    program.place(none);
    askForCredit();
    program.place(allowed);
    redirect();
    program.place(pass);
    verdict(SkMsgContext.PASS);
    return program.program();
  }

  /** TCP says what is wrong with a socket that sends and may not; a redirection does not. */
  private void socket() {
    EbpfWriter.Label open = program.label();
    program.load(EbpfSize.LONG, SOCKET, CONTEXT, SkMsgContext.SK);
    program.load(EbpfSize.WORD, R1, SOCKET, SockContext.STATE);
    program.jumpIf(R1, EQUAL, SockContext.TCP_ESTABLISHED, open);
    program.jumpIf(R1, NOT_EQUAL, SockContext.TCP_CLOSE_WAIT, pass);
    program.place(open);
  }

  private void lane() {
    program.loadMap(R1, TurboLayout.LANES);
    program.apply(MOVE, R2, SOCKET);
    program.move(R3, 0);
    program.move(R4, 0);
    program.call(EbpfHelper.SK_STORAGE_GET);
    program.jumpIf(R0, EQUAL, 0, pass);
    program.apply(MOVE, LANE, R0);
    program.load(EbpfSize.LONG, R1, LANE, TurboLayout.LANE_GIVEN_BACK);
    program.jumpIf(R1, NOT_EQUAL, 0, pass);
    program.load(EbpfSize.LONG, SENT, LANE, TurboLayout.LANE_SENT);
    program.load(EbpfSize.WORD, R1, CONTEXT, SkMsgContext.SIZE);
    program.apply(ADD, SENT, R1);
    program.load(EbpfSize.LONG, LIMIT, LANE, TurboLayout.LANE_LIMIT);
    jumpIfPlenty();
  }

  private void jumpIfPlenty() {
    program.apply(MOVE, R1, SENT);
    program.apply(ADD, R1, TurboLayout.LOW);
    program.jumpIf(R1, LESS_OR_EQUAL, LIMIT, allowed);
  }

  /** Looks whether the watchdog has given more. */
  private void credit(EbpfWriter.Label none) {
    program.load(EbpfSize.LONG, R1, LANE, TurboLayout.LANE_COOKIE);
    program.apply(AND, R1, TurboLayout.CREDITS_SIZE - 1);
    program.store(EbpfSize.WORD, R10, INDEX, R1);
    lookup(TurboLayout.CREDITS, INDEX);
    program.jumpIf(R0, EQUAL, 0, none);
    program.load(EbpfSize.LONG, R3, LANE, TurboLayout.LANE_COOKIE);
    program.load(EbpfSize.LONG, R1, R0, 0);
    program.jumpIf(R1, NOT_EQUAL, R3, none);
    program.load(EbpfSize.LONG, R2, R0, TurboLayout.CREDIT_LIMIT);
    // Another's may have taken its place meanwhile.
    program.load(EbpfSize.LONG, R1, R0, 0);
    program.jumpIf(R1, NOT_EQUAL, R3, none);
    program.jumpIf(R2, LESS_OR_EQUAL, LIMIT, none);
    program.apply(MOVE, LIMIT, R2);
    program.store(EbpfSize.LONG, LANE, TurboLayout.LANE_LIMIT, LIMIT);
    jumpIfPlenty();
  }

  /** Asks for more, once for each limit; without any left, TCP goes on. */
  private void askForCredit() {
    EbpfWriter.Label asked = program.label();
    program.load(EbpfSize.LONG, R1, LANE, TurboLayout.LANE_ASKED);
    program.jumpIf(R1, EQUAL, LIMIT, asked);
    program.loadMap(R1, TurboLayout.BELL);
    program.apply(MOVE, R2, LANE);
    program.move(R3, TurboLayout.REQUEST_SIZE);
    program.move(R4, 0);
    program.call(EbpfHelper.RINGBUF_OUTPUT);
    program.jumpIf(R0, NOT_EQUAL, 0, asked);
    program.store(EbpfSize.LONG, LANE, TurboLayout.LANE_ASKED, LIMIT);
    program.place(asked);
    program.jumpIf(SENT, LESS_OR_EQUAL, LIMIT, allowed);
    count(TurboLayout.COUNT_GIVEN_BACK, INDEX);
    giveBack();
  }

  private void giveBack() {
    program.storeValue(EbpfSize.LONG, LANE, TurboLayout.LANE_GIVEN_BACK, 1);
    verdict(SkMsgContext.PASS);
  }

  private void redirect() {
    program.store(EbpfSize.LONG, LANE, TurboLayout.LANE_SENT, SENT);
    program.apply(MOVE, R1, CONTEXT);
    program.loadMap(R2, TurboLayout.SOCKETS);
    program.apply(MOVE, R3, LANE);
    program.apply(MOVE, R4, BPF_F_INGRESS);
    program.call(EbpfHelper.MSG_REDIRECT_HASH);
    program.jumpIf(R0, EQUAL, SkMsgContext.PASS, pass);
    // The other end is not there yet, or no more, or on another machine.
    giveBack();
  }
}
