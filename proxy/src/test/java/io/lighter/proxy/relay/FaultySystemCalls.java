package io.lighter.proxy.relay;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import java.util.concurrent.atomic.AtomicInteger;

/** The kernel, which at times has run out of something. */
final class FaultySystemCalls implements SystemCalls {
  private final SystemCalls kernel;
  private final AtomicInteger accepts = new AtomicInteger();
  private final AtomicInteger connects = new AtomicInteger();
  private final AtomicInteger pipeSizes = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  FaultySystemCalls(SystemCalls kernel) {
    this.kernel = kernel;
  }

  void failNextAccepts(int count) {
    accepts.set(count);
  }

  void failNextConnect() {
    connects.set(1);
  }

  void failNextPipeSizes(int count) {
    pipeSizes.set(count);
  }

  int failures() {
    return failures.get();
  }

  private boolean fails(AtomicInteger left) {
    if (left.get() > 0 && left.decrementAndGet() >= 0) {
      failures.incrementAndGet();
      return true;
    }
    return false;
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    if (call == SystemCall.ACCEPT4 && fails(accepts)) {
      return -Errno.EMFILE;
    }
    if (call == SystemCall.CONNECT && fails(connects)) {
      return -Errno.EADDRNOTAVAIL;
    }
    if (call == SystemCall.FCNTL && fails(pipeSizes)) {
      return -Errno.EPERM;
    }
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
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
