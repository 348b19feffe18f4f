package io.lighter.runtime.logs.store;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;

/** A disk that is full when the test says so: pwrite(2) has no room then. */
final class ScarceDisk implements SystemCalls {
  private final SystemCalls kernel;
  private boolean full;

  ScarceDisk(SystemCalls kernel) {
    this.kernel = kernel;
  }

  void setFull(boolean isFull) {
    full = isFull;
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return full && call == SystemCall.PWRITE64
        ? -Errno.ENOSPC
        : kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
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
