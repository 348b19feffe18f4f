package io.lighter.overlay;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.MountFlags;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** The running kernel, which counts its calls and knows less of {@code lowerdir+} than it does. */
final class AlteredKernel implements SystemCalls {
  /** What is taken away. */
  enum Lacks {
    NOTHING,
    /** As Linux 6.8 to 6.12. */
    LAYERS_BY_DESCRIPTOR,
    /** As Linux 6.5 to 6.7. */
    LAYERS_ONE_BY_ONE,
    /** As Linux before 6.5, which says something else. */
    CONTEXTS_OF_ITS_OWN
  }

  private final SystemCalls kernel = Linux.kernel().calls();
  private final Lacks lacks;
  final AtomicInteger count = new AtomicInteger();

  AlteredKernel(Lacks lacks) {
    this.lacks = lacks;
  }

  Linux linux() {
    return new Linux(this);
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    count.incrementAndGet();
    if (call == SystemCall.FSCONFIG && a2 != 0 && text(a2).equals("lowerdir+")) {
      if (lacks == Lacks.CONTEXTS_OF_ITS_OWN) {
        return -Errno.EOPNOTSUPP;
      }
      if (lacks == Lacks.LAYERS_ONE_BY_ONE
          || (lacks == Lacks.LAYERS_BY_DESCRIPTOR && a1 == MountFlags.FSCONFIG_SET_FD)) {
        return -Errno.EINVAL;
      }
    }
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  private static String text(long address) {
    return MemorySegment.ofAddress(address).reinterpret(4096).getString(0);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long launch(LaunchImage image) {
    return kernel.launch(image);
  }
}
