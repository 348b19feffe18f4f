package io.lighter.linux;

/**
 * Constants of {@code <linux/filter.h>} and {@code <linux/bpf_common.h>}, by their C names, and the
 * layout of an instruction: the part of classic BPF that a seccomp filter may use.
 *
 * @see <a href="https://docs.kernel.org/networking/filter.html">Linux socket filtering</a>
 */
public final class ClassicBpf {
  /** {@code A = *(u32 *) (data + k)}: {@code BPF_LD | BPF_W | BPF_ABS}. */
  public static final int LD_W_ABS = 0x20;

  /** {@code A &= k}: {@code BPF_ALU | BPF_AND | BPF_K}. */
  public static final int AND_K = 0x54;

  /** {@code pc += k}: {@code BPF_JMP | BPF_JA}. */
  public static final int JA = 0x05;

  /** {@code pc += A == k ? jt : jf}: {@code BPF_JMP | BPF_JEQ | BPF_K}. */
  public static final int JEQ_K = 0x15;

  /** {@code pc += A >= k ? jt : jf}, unsigned: {@code BPF_JMP | BPF_JGE | BPF_K}. */
  public static final int JGE_K = 0x35;

  /** {@code pc += (A & k) != 0 ? jt : jf}: {@code BPF_JMP | BPF_JSET | BPF_K}. */
  public static final int JSET_K = 0x45;

  /** {@code return k}: {@code BPF_RET | BPF_K}. */
  public static final int RET_K = 0x06;

  /** The longest program that the kernel takes, in instructions. */
  public static final int BPF_MAXINSNS = 4096;

  /** The bytes of an instruction, {@code struct sock_filter}. */
  public static final int INSTRUCTION_SIZE = 8;

  /** How far a conditional jump reaches, in instructions. */
  public static final int JUMP_REACH = 255;

  private ClassicBpf() {}

  /**
   * Returns {@code struct sock_filter} as one little-endian word: the code in bits 0 to 15, {@code
   * jt} in 16 to 23, {@code jf} in 24 to 31, {@code k} above.
   */
  public static long instruction(int code, int jt, int jf, int k) {
    return (code & 0xFFFFL) | (jt & 0xFFL) << 16 | (jf & 0xFFL) << 24 | (long) k << 32;
  }

  /** Returns the operation of an instruction. */
  public static int code(long instruction) {
    return (int) instruction & 0xFFFF;
  }

  /** Returns how many instructions a conditional jump skips when its condition holds. */
  public static int jt(long instruction) {
    return (int) (instruction >>> 16) & 0xFF;
  }

  /** Returns how many instructions a conditional jump skips when its condition does not hold. */
  public static int jf(long instruction) {
    return (int) (instruction >>> 24) & 0xFF;
  }

  /** Returns the constant of an instruction. */
  public static int k(long instruction) {
    return (int) (instruction >>> 32);
  }
}
