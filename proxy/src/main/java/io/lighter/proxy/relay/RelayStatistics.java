package io.lighter.proxy.relay;

import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a relay has counted.
 *
 * @param services in the order of the table
 * @param connectTimes of connections to endpoints, in microseconds
 * @param strangers clients that were refused since they did not say which of several services they
 *     wanted, or one that is not there
 * @param lostLogLines how often lines of the access log could not be written
 */
public record RelayStatistics(
    List<OfService> services, Histogram connectTimes, long strangers, long lostLogLines) {
  /**
   * Of a service.
   *
   * @param accepted clients that came
   * @param active clients that are connected
   * @param endings how many ended how; refusals are among them
   * @param bytesTo bytes that went to endpoints
   * @param bytesFrom bytes that came from endpoints
   */
  public record OfService(
      String name,
      long accepted,
      int active,
      Map<Ending, Long> endings,
      long bytesTo,
      long bytesFrom,
      List<OfEndpoint> endpoints) {
    /** Returns how many ended so. */
    public long ended(Ending ending) {
      return endings.getOrDefault(ending, 0L);
    }
  }

  /**
   * Of an endpoint of a service.
   *
   * @param active connections, those under way to it too
   * @param total connections that it has accepted
   * @param failures connections that it has not accepted
   * @param ejections how often it was ejected
   * @param ejected whether it is
   */
  public record OfEndpoint(
      SocketAddress address,
      int active,
      long total,
      long failures,
      long ejections,
      boolean ejected,
      long bytesTo,
      long bytesFrom) {}

  /** Returns the service of a name. */
  public OfService service(String name) {
    return services.stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no service " + name));
  }
}
