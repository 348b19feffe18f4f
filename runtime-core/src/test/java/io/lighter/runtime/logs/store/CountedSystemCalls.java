package io.lighter.runtime.logs.store;

import io.lighter.linux.LaunchImage;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;

/** Counts the calls that it passes on. */
final class CountedSystemCalls implements SystemCalls {
  private final SystemCalls kernel;
  private long count;

  CountedSystemCalls(SystemCalls kernel) {
    this.kernel = kernel;
  }

  long count() {
    return count;
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    count++;
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    count++;
    return kernel.callCritical(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long launch(LaunchImage image) {
    return kernel.launch(image);
  }

  @Override
  public MissingCalls missing() {
    return kernel.missing();
  }
}
