package io.lighter.linux;

import java.util.ArrayList;
import java.util.List;

/** A seam over the kernel that writes the calls' names down and lets some of them fail. */
final class WatchedSystemCalls implements SystemCalls {
  /** Decides the fate of a call. */
  @FunctionalInterface
  interface Fault {
    /** Returns an error number, or 0 to let the kernel make the call. */
    int errno(SystemCall call, int earlier);
  }

  private final SystemCalls kernel = Linux.kernel().calls();
  private final List<String> made = new ArrayList<>();
  private final Fault fault;

  WatchedSystemCalls(Fault fault) {
    this.fault = fault;
  }

  List<String> made() {
    return made;
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    int earlier = (int) made.stream().filter(call.toString()::equals).count();
    made.add(call.toString());
    int errno = fault.errno(call, earlier);
    return errno == 0 ? kernel.call(call, a0, a1, a2, a3, a4, a5) : -errno;
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long launch(LaunchImage image) {
    made.add("clone3");
    return kernel.launch(image);
  }

  @Override
  public MissingCalls missing() {
    return kernel.missing();
  }
}
