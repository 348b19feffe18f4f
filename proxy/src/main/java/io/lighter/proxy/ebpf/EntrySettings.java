package io.lighter.proxy.ebpf;

import io.lighter.linux.Errno;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.NoEndpoint;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the entries of a service work, by the numbers of {@link Layout}.
 *
 * @param stickTime in nanoseconds
 * @param refusal an errno, up to 255
 * @param namespace a cookie, or 0
 * @param turbo whether connections within the machine may skip TCP
 */
record EntrySettings(
    int balancing, int stick, long stickTime, int refusal, long namespace, boolean turbo) {

  /**
   * Reads them from a service.
   *
   * @param own the cookie of the node's own network namespace
   */
  static EntrySettings of(Service service, long own) {
    Behaviour behaviour = service.behaviour();
    int balancing =
        switch (behaviour.balancing()) {
          case ROUND_ROBIN -> Layout.BALANCING_TURN;
          case RANDOM -> Layout.BALANCING_CHANCE;
          case MAGLEV -> Layout.BALANCING_HASH;
          case LEAST_CONNECTIONS, RANDOM_TWO ->
              throw new IllegalArgumentException(
                  "service " + service.name() + " is balanced by " + behaviour.balancing());
        };
    int stick = Layout.STICK_NONE;
    Duration time = Duration.ZERO;
    if (behaviour.affinity().isOn()) {
      stick = Layout.STICK_CLIENT;
      time = behaviour.affinity().timeout();
    } else if (service.transport() == Transport.UDP) {
      stick = Layout.STICK_SOCKET;
      time = behaviour.timeouts().flow();
    }
    // A client that hears nothing gives up with ETIMEDOUT; that it does so at once is all that can
    // be had without sending anything.
    int errno = behaviour.noEndpoint() == NoEndpoint.DROP ? Errno.ETIMEDOUT : Errno.ECONNREFUSED;
    boolean loopback = service.endpoints().stream().anyMatch(EntrySettings::isLoopback);
    return new EntrySettings(
        balancing, stick, time.toNanos(), errno, loopback ? own : 0, behaviour.turbo());
  }

  /** An address of this kind is another machine's to who is in another network namespace. */
  private static boolean isLoopback(Endpoint endpoint) {
    return endpoint.address() instanceof InetSocketAddress inet
        && inet.getAddress().isLoopbackAddress();
  }
}
