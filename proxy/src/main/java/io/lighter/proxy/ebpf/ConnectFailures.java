package io.lighter.proxy.ebpf;

/**
 * What is known of connects to an endpoint of a service that the kernel redirects, since the
 * service has it.
 *
 * @param failures how many have failed; counted only where the service asks for ejection
 * @param ejections how often it was ejected
 * @param ejected whether it is
 */
public record ConnectFailures(long failures, long ejections, boolean ejected) {
  /** Of an endpoint that none is known of. */
  public static final ConnectFailures NONE = new ConnectFailures(0, 0, false);
}
