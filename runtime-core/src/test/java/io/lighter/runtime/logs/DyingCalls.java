package io.lighter.runtime.logs;

import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;

/** The kernel of a process that is killed before one of its system calls. */
final class DyingCalls implements SystemCalls {
  /** What a killed process would not live to see. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private final SystemCalls kernel = Linux.kernel().calls();
  private int left = Integer.MAX_VALUE;

  /** Lets some more calls through. */
  void dieAfter(int calls) {
    left = calls;
  }

  private void live() {
    if (left-- <= 0) {
      throw new Killed();
    }
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    live();
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    live();
    return kernel.callCritical(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long launch(LaunchImage image) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MissingCalls missing() {
    return kernel.missing();
  }
}
