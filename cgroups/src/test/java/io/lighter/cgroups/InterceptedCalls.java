package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The kernel's calls, counted, written down by name and path, and made to fail where a test says.
 */
final class InterceptedCalls implements SystemCalls {
  /** What a test answers in place of the kernel. */
  @FunctionalInterface
  interface Fault {
    /** Returns an errno, or 0 to let the kernel answer. */
    int errno(SystemCall call, String path);
  }

  private final SystemCalls kernel = Linux.kernel().calls();
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong faults = new AtomicLong();
  private final Fault fault;

  InterceptedCalls() {
    this((call, path) -> 0);
  }

  InterceptedCalls(Fault fault) {
    this.fault = fault;
  }

  /** Returns a kernel that lacks a file: opening it is answered with ENOENT. */
  static InterceptedCalls without(String file) {
    return new InterceptedCalls(
        (call, path) -> call == SystemCall.OPENAT && path.equals(file) ? Errno.ENOENT : 0);
  }

  /** Returns the calls since the last time, such as {@code openat memory.max}. */
  List<String> drain() {
    synchronized (seen) {
      List<String> calls = List.copyOf(seen);
      seen.clear();
      return calls;
    }
  }

  long faults() {
    return faults.get();
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    String path =
        switch (call) {
          case OPENAT, MKDIRAT, UNLINKAT -> string(a1);
          default -> "";
        };
    seen.add(path.isEmpty() ? call.toString() : call + " " + path);
    int errno = fault.errno(call, path);
    if (errno != 0) {
      faults.incrementAndGet();
      return -errno;
    }
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  private static String string(long address) {
    return MemorySegment.ofAddress(address).reinterpret(4096).getString(0);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long launch(LaunchImage image) {
    seen.add("clone3");
    return kernel.launch(image);
  }

  @Override
  public MissingCalls missing() {
    return kernel.missing();
  }
}
