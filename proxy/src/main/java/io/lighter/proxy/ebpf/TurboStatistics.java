package io.lighter.proxy.ebpf;

/**
 * What has been counted of connections that skip TCP, since the first of the processes that
 * balanced the cgroup one after the other.
 *
 * @param connections whose ends were both on this machine, so that they could
 * @param givenBack directions of such connections that TCP has again, since what was sent was not
 *     read
 */
public record TurboStatistics(long connections, long givenBack) {
  /** Of a balancer without turbo. */
  public static final TurboStatistics NONE = new TurboStatistics(0, 0);
}
