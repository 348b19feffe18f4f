package io.lighter.linux;

/**
 * A descriptor of a map: memory that the kernel keeps for programs and those who feed them. It
 * lasts as long as anybody has a descriptor of it, or a program that uses it is there.
 */
public final class BpfMap extends Fd {
  private final BpfMapLayout layout;

  BpfMap(SystemCalls calls, long number, BpfMapLayout layout) {
    super(calls, number);
    this.layout = layout;
  }

  /** Returns what it is like. */
  public BpfMapLayout layout() {
    return layout;
  }
}
