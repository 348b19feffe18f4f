package io.lighter.linux;

/**
 * The layout of an eBPF instruction, {@code struct bpf_insn} of {@code <linux/bpf.h>}, and the
 * operations that Lighter uses. Those on registers work on their lower 32 bits and clear the upper
 * ones, as the kernel prints it with {@code w} instead of {@code r}.
 *
 * @see <a href="https://docs.kernel.org/bpf/standardization/instruction-set.html">BPF instruction
 *     set</a>
 */
public final class Ebpf {
  /** {@code dst = *(u32 *) (src + offset)}: {@code BPF_LDX | BPF_MEM | BPF_W}. */
  public static final int LDX_W = 0x61;

  /** {@code dst &= immediate}: {@code BPF_ALU | BPF_AND | BPF_K}. */
  public static final int AND32_K = 0x54;

  /** {@code dst >>= immediate}, unsigned: {@code BPF_ALU | BPF_RSH | BPF_K}. */
  public static final int RSH32_K = 0x74;

  /** {@code dst = immediate}: {@code BPF_ALU | BPF_MOV | BPF_K}. */
  public static final int MOV32_K = 0xb4;

  /** {@code dst = src}: {@code BPF_ALU | BPF_MOV | BPF_X}. */
  public static final int MOV32_X = 0xbc;

  /** {@code pc += offset}: {@code BPF_JMP | BPF_JA}. */
  public static final int JA = 0x05;

  /**
   * {@code if (dst == immediate) pc += offset}: {@code BPF_JMP32 | BPF_JEQ | BPF_K}, since Linux
   * 5.1.
   */
  public static final int JEQ32_K = 0x16;

  /** {@code if (dst & immediate) pc += offset}: {@code BPF_JMP32 | BPF_JSET | BPF_K}. */
  public static final int JSET32_K = 0x46;

  /** Ends the program; register 0 is what it returns: {@code BPF_JMP | BPF_EXIT}. */
  public static final int EXIT = 0x95;

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
}
