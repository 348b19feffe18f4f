package io.lighter.linux;

/** How much an instruction loads or stores. */
public enum EbpfSize {
  BYTE(0x10, "u8"),
  HALF(0x08, "u16"),
  WORD(0x00, "u32"),
  LONG(0x18, "u64");

  private final int code;
  private final String type;

  EbpfSize(int code, String type) {
    this.code = code;
    this.type = type;
  }

  /** Returns the bits that it is in an operation: BPF_B, BPF_H, BPF_W, BPF_DW. */
  int code() {
    return code;
  }

  @Override
  public String toString() {
    return type;
  }

  static EbpfSize of(int operation) {
    for (EbpfSize size : values()) {
      if (size.code == (operation & 0x18)) {
        return size;
      }
    }
    throw new AssertionError("two bits have four values");
  }
}
