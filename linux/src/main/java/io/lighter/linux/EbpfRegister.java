package io.lighter.linux;

/** The registers of an eBPF program. */
public enum EbpfRegister {
  /** What the program returns. */
  R0(0),
  /** The context, when the program begins. */
  R1(1),
  R2(2),
  R3(3),
  R4(4),
  R5(5),
  R6(6),
  R7(7),
  R8(8),
  R9(9),
  /** The end of the stack, which is read only. */
  R10(10);

  private final int number;

  EbpfRegister(int number) {
    this.number = number;
  }

  /** Returns the number that instructions carry. */
  public int number() {
    return number;
  }
}
