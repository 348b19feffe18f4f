package io.lighter.linux;

import java.util.HexFormat;

/**
 * The few hundred bytes of machine code that Java cannot do without: one function that makes any
 * system call, and one that clones a child and has it walk a launch program.
 *
 * <p>The bytes are those of {@code src/main/asm/x86_64.s} and {@code aarch64.s}, which explain
 * them; a test assembles both files and compares.
 *
 * @param hex position-independent code, in hexadecimal digits
 * @param systemCall offset of {@code system_call} in it
 * @param launch offset of {@code launch} in it
 */
record MachineCode(String hex, int systemCall, int launch) {

  /** Bytes of a step of a launch program; the offsets below are within one. */
  static final int STEP_SIZE = 80;

  static final int STEP_NUMBER = 0;
  static final int STEP_ARGUMENTS = 8;
  static final int STEP_RESULT = 56;

  /** Sixteen bits: bit i says that argument i is the address of its value. */
  static final int STEP_INDIRECT = 64;

  /** Sixteen bits: how many further steps a tolerated error skips. */
  static final int STEP_SKIP = 66;

  /**
   * Three times sixteen bits: the errors that do not end the program, zero for none; the first is
   * {@link #ANY_ERROR} where none does.
   */
  static final int STEP_TOLERATED = 68;

  static final int ANY_ERROR = 0xffff;

  static final int MAX_TOLERATED = 3;

  /** The status with which a child ends whose program failed or ran out of steps. */
  static final int FAILED_STATUS = 125;

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  static MachineCode of(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> X86_64;
      case AARCH64 -> AARCH64;
    };
  }

  private static final MachineCode X86_64 =
      new MachineCode(
          "4889f84889f74889d64889ca4d89c24d89c84c8b4c24080f05c3660f1f440000"
              + "4c8b5424084889f84889f74889d64889ca0f054885c07401c34c89c34d89cc4d"
              + "89d549895d004c39e30f8385000000440fb77340488b7b08488b7310488b5318"
              + "4c8b53204c8b43284c8b4b3041f6c6017403488b3f41f6c6027403488b3641f6"
              + "c6047403488b1241f6c60874034d8b1241f6c61074034d8b0041f6c62074034d"
              + "8b09488b030f0548894338483d01f0ffff73064883c350eb8966837b44ff7422"
              + "f7d8663b4344741a663b43467414663b4348740ebf7d000000b8e70000000f05"
              + "0f0b0fb743426bc050488d5c0350e94fffffff",
          0,
          0x20);

  private static final MachineCode AARCH64 =
      new MachineCode(
          "e80300aae00301aae10302aae20303aae30304aae40305aae50306aa010000d4"
              + "c0035fd61f2003d51f2003d51f2003d5e80300aae00301aae10302aae20303aa"
              + "010000d4400000b4c0035fd6f30304aaf40305aaf50306aab30200f97f0214eb"
              + "a204005476824079608640a9628e41a9649642a956000036000040f956000836"
              + "210040f956001036420040f956001836630040f956002036840040f956002836"
              + "a50040f9680240f9010000d4601e00f91ffc3fb16200005473420191e7ffff17"
              + "e003004b618a4079e2ff9f523f00026ba00100541f00016b60010054618e4079"
              + "1f00016b00010054619240791f00016ba0000054a00f80d2c80b80d2010000d4"
              + "000020d460864079010a8052134ca19b73420191d1ffff17",
          0,
          0x30);
}
