package io.lighter.proxy.relay;

import io.lighter.linux.LaunchImage;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the calls that it passes on, of all threads. */
final class CountedSystemCalls implements SystemCalls {
  private final SystemCalls kernel;
  private final Map<SystemCall, Integer> counts = new ConcurrentHashMap<>();

  CountedSystemCalls(SystemCalls kernel) {
    this.kernel = kernel;
  }

  int count(SystemCall call) {
    return counts.getOrDefault(call, 0);
  }

  void clear() {
    counts.clear();
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    counts.merge(call, 1, Integer::sum);
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    counts.merge(call, 1, Integer::sum);
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
