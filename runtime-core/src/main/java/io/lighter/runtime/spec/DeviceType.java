package io.lighter.runtime.spec;

/** A kind of device node, with the letter of mknod(1). */
public enum DeviceType implements Term {
  CHAR("c"),
  BLOCK("b"),
  /** Unbuffered character device: the same as {@link #CHAR} on Linux. */
  UNBUFFERED("u"),
  FIFO("p");

  private final String term;

  DeviceType(String term) {
    this.term = term;
  }

  @Override
  public String term() {
    return term;
  }
}
