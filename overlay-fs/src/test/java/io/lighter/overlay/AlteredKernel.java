package io.lighter.overlay;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.MountFlags;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The running kernel, which counts its calls and does not let on all that it knows of {@code
 * lowerdir+}.
 */
final class AlteredKernel implements SystemCalls {
  /** What is taken away. */
  enum Lacks {
    NOTHING,
    /** As Linux 6.8 to 6.12. */
    LAYERS_BY_DESCRIPTOR,
    /** As Linux 6.5 to 6.7. */
    LAYERS_ONE_BY_ONE,
    /** As Linux before 6.5, which says something else. */
    CONTEXTS_OF_ITS_OWN,
    /** As a seccomp filter that is older than fsopen and mount_setattr. */
    CONTEXTS
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
    if (missing().contains(call)) {
      return -Errno.ENOSYS;
    }
    if (call == SystemCall.FSCONFIG && a2 != 0 && text(a2).equals("lowerdir+")) {
      long result = kernel.call(call, a0, a1, a2, a3, a4, a5);
      return result < 0 ? result : answer(a1);
    }
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  private long answer(long command) {
    return switch (lacks) {
      case NOTHING -> 0;
      case LAYERS_BY_DESCRIPTOR -> command == MountFlags.FSCONFIG_SET_FD ? -Errno.EINVAL : 0;
      case LAYERS_ONE_BY_ONE -> -Errno.EINVAL;
      case CONTEXTS_OF_ITS_OWN -> -Errno.EOPNOTSUPP;
      case CONTEXTS -> throw new AssertionError("there is no context");
    };
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

  @Override
  public MissingCalls missing() {
    Set<SystemCall> calls = new HashSet<>(kernel.missing().calls());
    if (lacks == Lacks.CONTEXTS) {
      calls.add(SystemCall.FSOPEN);
      calls.add(SystemCall.FSCONFIG);
      calls.add(SystemCall.FSMOUNT);
      calls.add(SystemCall.MOUNT_SETATTR);
    }
    return new MissingCalls(calls);
  }
}
