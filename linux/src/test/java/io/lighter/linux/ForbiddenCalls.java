package io.lighter.linux;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A seam over the kernel that has not some of its calls, and writes the others' names down. */
final class ForbiddenCalls implements SystemCalls {
  private final SystemCalls kernel = Linux.kernel().calls();
  private final MissingCalls missing;
  private final int errno;
  private final List<String> made = new CopyOnWriteArrayList<>();

  private ForbiddenCalls(int errno, Set<SystemCall> calls) {
    this.errno = errno;
    this.missing = new MissingCalls(calls);
  }

  /** Returns Linux without some calls. */
  static Linux without(SystemCall... calls) {
    return new Linux(new ForbiddenCalls(Errno.ENOSYS, Set.of(calls)));
  }

  /** Returns Linux under a filter that answers EPERM to some calls. */
  static Linux denying(SystemCall... calls) {
    return new Linux(new ForbiddenCalls(Errno.EPERM, Set.of(calls)));
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    if (missing.contains(call)) {
      return -errno;
    }
    made.add(call.toString());
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long launch(LaunchImage image) {
    return missing.contains(image.birth().call()) ? -errno : kernel.launch(image);
  }

  @Override
  public MissingCalls missing() {
    return missing;
  }
}
