package io.lighter.proxy.ebpf;

/**
 * How much a balancer has room for. The kernel takes the memory when the balancer is opened, some
 * 45 MB for the default.
 *
 * @param frontends addresses of services
 * @param endpoints of all services together, those counted that were removed within the last second
 * @param slots endpoints by their weights: one an endpoint where all weights are equal, up to 4096
 *     a service where they are not, and 1021 to 65537 a service that is balanced by {@code MAGLEV};
 *     both the old and the new ones of a service that changes
 * @param flows TCP connections and UDP flows that are remembered with the address that the client
 *     asked for, and as many clients with their endpoints; of more, the oldest are forgotten
 */
public record Capacity(int frontends, int endpoints, int slots, int flows) {
  /** For 10,000 services of ten endpoints each, twice over where they can change at once. */
  public static final Capacity DEFAULT = new Capacity(32_768, 262_144, 524_288, 65_536);

  /** Checks the figures. */
  public Capacity {
    if (frontends < 1 || endpoints < 1 || slots < 1 || flows < 1) {
      throw new IllegalArgumentException("a balancer needs room for one of each at least");
    }
  }
}
