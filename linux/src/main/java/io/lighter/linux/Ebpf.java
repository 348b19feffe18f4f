package io.lighter.linux;

/**
 * The layout of an eBPF instruction, {@code struct bpf_insn} of {@code <linux/bpf.h>}, and the
 * parts that its operation is made of.
 *
 * @see <a href="https://docs.kernel.org/bpf/standardization/instruction-set.html">BPF instruction
 *     set</a>
 */
public final class Ebpf {
  /** Classes of operations: the lowest three bits. */
  static final int CLASS_MASK = 0x07;

  static final int LD = 0x00;
  static final int LDX = 0x01;
  static final int ST = 0x02;
  static final int STX = 0x03;

  /** On the lower 32 bits of registers; it clears the upper ones. */
  static final int ALU = 0x04;

  static final int JMP = 0x05;

  /** Jumps by the lower 32 bits of registers. Since Linux 5.1. */
  static final int JMP32 = 0x06;

  static final int ALU64 = 0x07;

  /** Ways to memory, of LD to STX. */
  static final int MODE_MASK = 0xe0;

  static final int MEM = 0x60;
  static final int ATOMIC = 0xc0;

  /** The second operand is a register, of ALU to ALU64. */
  static final int X = 0x08;

  /** {@code dst = immediate} of 64 bits, of which the word behind it has the upper ones. */
  static final int LD_IMM64 = 0x18;

  /** Source of LD_IMM64: it is a map, and the immediate its descriptor. */
  static final int PSEUDO_MAP_FD = 1;

  /** {@code pc += offset}. */
  static final int JA = 0x05;

  static final int CALL = 0x85;

  /** Ends the program; register 0 is what it returns. */
  static final int EXIT = 0x95;

  /** {@code dst = be(dst)}, of as many bits as the immediate says. */
  static final int TO_BIG_ENDIAN = 0xdc;

  /** The immediate of an ATOMIC that adds and returns what was there before. Since Linux 5.12. */
  static final int FETCH_ADD = 0x01;

  /**
   * The immediate of an ATOMIC that stores when what is there is what register 0 has, and leaves in
   * register 0 what was there. Since Linux 5.12.
   */
  static final int COMPARE_EXCHANGE = 0xf1;

  /**
   * The longest program that every kernel takes, in instructions. Since Linux 5.2 it is a million
   * for who has CAP_BPF.
   */
  public static final int BPF_MAXINSNS = 4096;

  /** The bytes of an instruction. */
  public static final int INSTRUCTION_SIZE = 8;

  private Ebpf() {}

  /**
   * Returns an instruction as one little-endian word: the operation in bits 0 to 7, the registers
   * {@code dst} in 8 to 11 and {@code src} in 12 to 15, the offset in 16 to 31, the immediate
   * above.
   */
  static long instruction(int code, int dst, int src, int offset, int immediate) {
    return (code & 0xFFL)
        | (dst & 0xFL) << 8
        | (src & 0xFL) << 12
        | (offset & 0xFFFFL) << 16
        | (long) immediate << 32;
  }

  /** Returns the operation of an instruction. */
  public static int code(long instruction) {
    return (int) instruction & 0xFF;
  }

  /** Returns the number of the register that is written or compared. */
  public static int dst(long instruction) {
    return (int) (instruction >>> 8) & 0xF;
  }

  /** Returns the number of the register that is read. */
  public static int src(long instruction) {
    return (int) (instruction >>> 12) & 0xF;
  }

  /** Returns the offset, signed: bytes of a load, or instructions that a jump skips. */
  public static int offset(long instruction) {
    return (short) (instruction >>> 16);
  }

  /** Returns the constant of an instruction. */
  public static int immediate(long instruction) {
    return (int) (instruction >>> 32);
  }

  /** Returns whether the word behind an instruction belongs to it. */
  static boolean isWide(long instruction) {
    return code(instruction) == LD_IMM64;
  }

  static boolean isMap(long instruction) {
    return isWide(instruction) && src(instruction) == PSEUDO_MAP_FD;
  }
}
