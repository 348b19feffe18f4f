package io.lighter.linux;

import java.util.HexFormat;

/**
 * A signal handler in machine code: it writes the signal's number into a pipe. No Java can run in a
 * handler, which may interrupt the JVM anywhere.
 *
 * <p>The bytes are those of {@code src/main/asm/signal_x86_64.s} and {@code signal_aarch64.s}; a
 * test assembles both files and compares.
 *
 * @param hex position-independent code, in hexadecimal digits, with {@link #PLACEHOLDER} as the
 *     pipe's descriptor
 * @param restorer offset of what the handler returns to, 0 where that is the kernel's business
 */
record SignalHandlerCode(String hex, int restorer) {
  /** The descriptor in the assembly. */
  static final int PLACEHOLDER = 0x11223344;

  private static final SignalHandlerCode X86_64 =
      new SignalHandlerCode("57bf443322114889e6ba01000000b8010000000f055fc3b80f0000000f05", 0x17);

  private static final SignalHandlerCode AARCH64 =
      new SignalHandlerCode(
          "e00f1fb8806886524024a272e1030091220080d2080880d2010000d4ff430091c0035fd6", 0);

  private static final int X86_IMMEDIATE = 2;
  private static final int MOVZ = 4;
  private static final int MOVK = 8;

  /** The 16 bits that a move of aarch64 holds, at bit 5 of the instruction. */
  private static final int MOVE_SHIFT = 5;

  static SignalHandlerCode of(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> X86_64;
      case AARCH64 -> AARCH64;
    };
  }

  /** Returns the code that writes into descriptor {@code pipe}. */
  static byte[] writingTo(Architecture architecture, int pipe) {
    byte[] code = HexFormat.of().parseHex(of(architecture).hex);
    switch (architecture) {
      case X86_64 -> exchange(code, X86_IMMEDIATE, PLACEHOLDER ^ pipe);
      case AARCH64 -> {
        int difference = PLACEHOLDER ^ pipe;
        exchange(code, MOVZ, (difference & 0xFFFF) << MOVE_SHIFT);
        exchange(code, MOVK, (difference >>> 16) << MOVE_SHIFT);
      }
    }
    return code;
  }

  /** Flips bits of the little-endian word at an offset: from the placeholder's to the pipe's. */
  private static void exchange(byte[] code, int offset, int difference) {
    for (int i = 0; i < Integer.BYTES; i++) {
      code[offset + i] ^= (byte) (difference >>> (Byte.SIZE * i));
    }
  }
}
