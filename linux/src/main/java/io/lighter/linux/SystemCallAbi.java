package io.lighter.linux;

/**
 * The system-call conventions that a kernel of ours may meet: each has its own numbers.
 *
 * <p>One machine has several: an x86-64 kernel also runs i386 and x32 programs, an aarch64 kernel
 * also runs arm programs.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/syscall.2.html">syscall(2)</a>
 */
public enum SystemCallAbi {
  X86_64(0xC000003E, 0, 64, "x86_64"),

  /**
   * 32-bit pointers in 64-bit mode: the same audit architecture as x86-64, told apart by bit 30 of
   * the number. Its arguments are whole 64-bit registers.
   */
  X32(0xC000003E, 0x40000000, 64, "x32"),
  I386(0x40000003, 0, 32, "i386"),
  AARCH64(0xC00000B7, 0, 64, "aarch64"),
  ARM(0x40000028, 0, 32, "arm");

  private final int auditArchitecture;
  private final int numberBase;
  private final int argumentBits;
  private final String tableName;

  SystemCallAbi(int auditArchitecture, int numberBase, int argumentBits, String tableName) {
    this.auditArchitecture = auditArchitecture;
    this.numberBase = numberBase;
    this.argumentBits = argumentBits;
    this.tableName = tableName;
  }

  /** Returns the convention of the 64-bit programs of {@code architecture}. */
  public static SystemCallAbi of(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> X86_64;
      case AARCH64 -> AARCH64;
    };
  }

  /** Returns the {@code AUDIT_ARCH_*} value that the kernel puts into {@code seccomp_data.arch}. */
  public int auditArchitecture() {
    return auditArchitecture;
  }

  /** Returns what every number of this convention is offset by: the x32 bit, or 0. */
  public int numberBase() {
    return numberBase;
  }

  /** Returns how many bits of an argument the kernel looks at: 32 or 64. */
  public int argumentBits() {
    return argumentBits;
  }

  /**
   * Returns the convention's name as {@code uname -m} would say it: {@code x86_64}, {@code arm}.
   */
  public String machine() {
    return tableName;
  }
}
