package io.lighter.linux;

import org.jspecify.annotations.Nullable;

/** What is done to a register with another or with a constant. All are unsigned. */
public enum EbpfOperation {
  ADD(0x00, "+="),
  SUBTRACT(0x10, "-="),
  MULTIPLY(0x20, "*="),
  DIVIDE(0x30, "/="),
  OR(0x40, "|="),
  AND(0x50, "&="),
  SHIFT_LEFT(0x60, "<<="),
  SHIFT_RIGHT(0x70, ">>="),
  /** By zero it leaves the register as it is; a division by zero makes it zero. */
  MODULO(0x90, "%="),
  XOR(0xa0, "^="),
  MOVE(0xb0, "=");

  private final int code;
  private final String symbol;

  EbpfOperation(int code, String symbol) {
    this.code = code;
    this.symbol = symbol;
  }

  /** Returns the bits that it is in an operation: BPF_ADD and so on. */
  int code() {
    return code;
  }

  @Override
  public String toString() {
    return symbol;
  }

  static @Nullable EbpfOperation of(int operation) {
    for (EbpfOperation candidate : values()) {
      if (candidate.code == (operation & 0xf0)) {
        return candidate;
      }
    }
    return null;
  }
}
