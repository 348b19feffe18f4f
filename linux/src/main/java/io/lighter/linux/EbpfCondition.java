package io.lighter.linux;

import org.jspecify.annotations.Nullable;

/** When a jump is made, by a comparison of a register with another or with a constant. */
public enum EbpfCondition {
  EQUAL(0x10, "=="),
  GREATER(0x20, ">"),
  GREATER_OR_EQUAL(0x30, ">="),
  /** They have a bit in common. */
  ANY_BIT(0x40, "&"),
  NOT_EQUAL(0x50, "!="),
  LESS(0xa0, "<"),
  LESS_OR_EQUAL(0xb0, "<=");

  private final int code;
  private final String symbol;

  EbpfCondition(int code, String symbol) {
    this.code = code;
    this.symbol = symbol;
  }

  /** Returns the bits that it is in an operation: BPF_JEQ and so on; unsigned. */
  int code() {
    return code;
  }

  @Override
  public String toString() {
    return symbol;
  }

  static @Nullable EbpfCondition of(int operation) {
    for (EbpfCondition candidate : values()) {
      if (candidate.code == (operation & 0xf0)) {
        return candidate;
      }
    }
    return null;
  }
}
