package io.lighter.proxy.ebpf;

import static io.lighter.linux.EbpfOperation.ADD;
import static io.lighter.linux.EbpfOperation.MOVE;
import static io.lighter.linux.EbpfRegister.R0;
import static io.lighter.linux.EbpfRegister.R1;
import static io.lighter.linux.EbpfRegister.R10;
import static io.lighter.linux.EbpfRegister.R2;
import static io.lighter.linux.EbpfRegister.R3;
import static io.lighter.linux.EbpfRegister.R4;

import io.lighter.linux.EbpfCondition;
import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfRegister;
import io.lighter.linux.EbpfSize;
import io.lighter.linux.EbpfWriter;
import io.lighter.linux.SockAddrContext;

/**
 * What the programs at sockets have in common: the context is in r6 from beginning to end, and what
 * a map is asked for is on the stack.
 */
abstract class SocketProgram {
  static final EbpfRegister CONTEXT = EbpfRegister.R6;

  /** The upper half of a place of IPv4, before the address itself: bytes 8 to 11, ff ff last. */
  static final int MAPPED_WORD = 0xFFFF_0000;

  static final int MAPPED_WORD_AT = 8;
  static final int IPV4_AT = 12;

  final EbpfWriter program = new EbpfWriter();
  final boolean ipv6;

  SocketProgram(boolean ipv6) {
    this.ipv6 = ipv6;
  }

  /** {@code r0 = a pointer to the value of the key on the stack, or 0}. */
  final void lookup(String map, int key) {
    pointer(R2, key);
    program.loadMap(R1, map);
    program.call(EbpfHelper.MAP_LOOKUP_ELEM);
  }

  final void update(String map, int key, int value) {
    pointer(R2, key);
    pointer(R3, value);
    program.apply(MOVE, R4, 0);
    program.loadMap(R1, map);
    program.call(EbpfHelper.MAP_UPDATE_ELEM);
  }

  /** Adds one to a figure of the connections that skip TCP. */
  final void count(int which, int index) {
    EbpfWriter.Label none = program.label();
    program.storeValue(EbpfSize.WORD, R10, index, which);
    lookup(TurboLayout.COUNTS, index);
    program.jumpIf(R0, EbpfCondition.EQUAL, 0, none);
    program.move(R1, 1);
    program.fetchAdd(EbpfSize.LONG, R0, 0, R1);
    program.place(none);
  }

  /** {@code register = a pointer to a place on the stack}. */
  final void pointer(EbpfRegister register, int stack) {
    program.apply(MOVE, register, R10);
    program.apply(ADD, register, stack);
  }

  /** {@code r0 = helper(context)}. */
  final void ask(EbpfHelper helper) {
    program.apply(MOVE, R1, CONTEXT);
    program.call(helper);
  }

  /** Copies a number by r1. */
  final void copy(EbpfSize size, EbpfRegister to, int toOffset, EbpfRegister from, int offset) {
    program.load(size, R1, from, offset);
    program.store(size, to, toOffset, R1);
  }

  /** Writes the address in the context to the stack as a {@link Place}. */
  final void addressTo(int stack) {
    if (ipv6) {
      copy(EbpfSize.LONG, R10, stack, CONTEXT, SockAddrContext.USER_IP6);
      int second = SockAddrContext.USER_IP6 + Long.BYTES;
      copy(EbpfSize.LONG, R10, stack + Long.BYTES, CONTEXT, second);
    } else {
      program.storeValue(EbpfSize.LONG, R10, stack, 0);
      program.storeValue(EbpfSize.WORD, R10, stack + MAPPED_WORD_AT, MAPPED_WORD);
      copy(EbpfSize.WORD, R10, stack + IPV4_AT, CONTEXT, SockAddrContext.USER_IP4);
    }
  }

  /** Sets the address and port in the context to those behind a pointer. */
  final void addressFrom(EbpfRegister pointer, int address, int port) {
    if (ipv6) {
      copy(EbpfSize.LONG, CONTEXT, SockAddrContext.USER_IP6, pointer, address);
      int second = SockAddrContext.USER_IP6 + Long.BYTES;
      copy(EbpfSize.LONG, CONTEXT, second, pointer, address + Long.BYTES);
    } else {
      copy(EbpfSize.WORD, CONTEXT, SockAddrContext.USER_IP4, pointer, address + IPV4_AT);
    }
    copy(EbpfSize.WORD, CONTEXT, SockAddrContext.USER_PORT, pointer, port);
  }

  /** Jumps unless two numbers in memory are the same; by r1 and r2. */
  final void unlessSame(
      EbpfSize size,
      EbpfRegister one,
      int offset,
      EbpfRegister other,
      int otherOffset,
      EbpfWriter.Label otherwise) {
    program.load(size, R1, one, offset);
    program.load(size, R2, other, otherOffset);
    program.jumpIf(R1, EbpfCondition.NOT_EQUAL, R2, otherwise);
  }

  /** Jumps when the address on the stack is one of IPv4. */
  final void jumpIfMapped(int stack, EbpfWriter.Label mapped) {
    EbpfWriter.Label other = program.label();
    program.load(EbpfSize.LONG, R1, R10, stack);
    program.jumpIf(R1, EbpfCondition.NOT_EQUAL, 0, other);
    program.load(EbpfSize.WORD, R1, R10, stack + MAPPED_WORD_AT);
    program.jumpIfEqual(R1, MAPPED_WORD, mapped);
    program.place(other);
  }

  /** Ends the program with a verdict. */
  final void verdict(int value) {
    program.move(R0, value);
    program.exit();
  }
}
