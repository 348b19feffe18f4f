package io.lighter.runtime.logs;

/** For a log that a test works on by itself. */
final class NoPipeline implements Schedule {
  @Override
  public void announce(ContainerLog log) {}

  @Override
  public void watch(Leftover leftover, ContainerLog log) {}

  @Override
  public void forget(ContainerLog log) {}
}
