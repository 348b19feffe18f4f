package io.lighter.linux;

/**
 * A descriptor of a program that the kernel has verified and keeps. The kernel keeps it as long as
 * anybody has a descriptor of it or it is attached to something: closing this one takes it away
 * from nobody.
 */
public final class BpfProgram extends Fd {
  private final BpfHook hook;

  BpfProgram(SystemCalls calls, long number, BpfHook hook) {
    super(calls, number);
    this.hook = hook;
  }

  /** Returns where it can be attached. */
  public BpfHook hook() {
    return hook;
  }
}
