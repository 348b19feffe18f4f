package io.lighter.proxy.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a service treats its clients and endpoints.
 *
 * @param attempts how many endpoints are tried before a TCP client is given up, at least 1
 * @param check null for none: endpoints are believed to work
 * @param sources clients outside all of these are treated as if nothing listened; empty for
 *     everybody
 * @param transparent endpoints see the client's address as the source (IP_TRANSPARENT); needs
 *     CAP_NET_ADMIN, and routes that bring the answers back
 * @param turbo connections within this machine may skip TCP: for small messages only, since the
 *     kernel gives such connections no back-pressure. Tier two only
 */
public record Behaviour(
    Balancing balancing,
    Affinity affinity,
    Timeouts timeouts,
    int attempts,
    Limits limits,
    @Nullable HealthCheck check,
    Ejection ejection,
    ProxyHeaders headers,
    NoEndpoint noEndpoint,
    List<AddressRange> sources,
    boolean transparent,
    boolean turbo) {
  /** Round robin, three attempts, and nothing else that is not the default of its kind. */
  public static final Behaviour DEFAULT =
      new Behaviour(
          Balancing.ROUND_ROBIN,
          Affinity.NONE,
          Timeouts.DEFAULT,
          3,
          Limits.NONE,
          null,
          Ejection.DEFAULT,
          ProxyHeaders.NONE,
          NoEndpoint.REJECT,
          List.of(),
          false,
          false);

  /** Checks the figures. */
  public Behaviour {
    sources = List.copyOf(sources);
    if (attempts < 1) {
      throw new IllegalArgumentException("a connection needs at least 1 attempt, not " + attempts);
    }
  }

  /** The same with another balancing. */
  public Behaviour with(Balancing other) {
    return new Behaviour(
        other,
        affinity,
        timeouts,
        attempts,
        limits,
        check,
        ejection,
        headers,
        noEndpoint,
        sources,
        transparent,
        turbo);
  }

  /** The same with another affinity. */
  public Behaviour with(Affinity other) {
    return new Behaviour(
        balancing,
        other,
        timeouts,
        attempts,
        limits,
        check,
        ejection,
        headers,
        noEndpoint,
        sources,
        transparent,
        turbo);
  }

  /** The same with other time-outs. */
  public Behaviour with(Timeouts other) {
    return new Behaviour(
        balancing,
        affinity,
        other,
        attempts,
        limits,
        check,
        ejection,
        headers,
        noEndpoint,
        sources,
        transparent,
        turbo);
  }

  /** The same with another number of attempts. */
  public Behaviour withAttempts(int other) {
    return new Behaviour(
        balancing,
        affinity,
        timeouts,
        other,
        limits,
        check,
        ejection,
        headers,
        noEndpoint,
        sources,
        transparent,
        turbo);
  }

  /** The same with other limits. */
  public Behaviour with(Limits other) {
    return new Behaviour(
        balancing,
        affinity,
        timeouts,
        attempts,
        other,
        check,
        ejection,
        headers,
        noEndpoint,
        sources,
        transparent,
        turbo);
  }

  /** The same with another check, or none. */
  public Behaviour with(@Nullable HealthCheck other) {
    return new Behaviour(
        balancing,
        affinity,
        timeouts,
        attempts,
        limits,
        other,
        ejection,
        headers,
        noEndpoint,
        sources,
        transparent,
        turbo);
  }

  /** The same with another ejection. */
  public Behaviour with(Ejection other) {
    return new Behaviour(
        balancing,
        affinity,
        timeouts,
        attempts,
        limits,
        check,
        other,
        headers,
        noEndpoint,
        sources,
        transparent,
        turbo);
  }

  /** The same with other headers. */
  public Behaviour with(ProxyHeaders other) {
    return new Behaviour(
        balancing,
        affinity,
        timeouts,
        attempts,
        limits,
        check,
        ejection,
        other,
        noEndpoint,
        sources,
        transparent,
        turbo);
  }

  /** The same with something else done without an endpoint. */
  public Behaviour with(NoEndpoint other) {
    return new Behaviour(
        balancing,
        affinity,
        timeouts,
        attempts,
        limits,
        check,
        ejection,
        headers,
        other,
        sources,
        transparent,
        turbo);
  }

  /** The same for other clients. */
  public Behaviour withSources(List<AddressRange> other) {
    return new Behaviour(
        balancing,
        affinity,
        timeouts,
        attempts,
        limits,
        check,
        ejection,
        headers,
        noEndpoint,
        other,
        transparent,
        turbo);
  }

  /** The same with the client's address shown to the endpoints, or not. */
  public Behaviour withTransparent(boolean other) {
    return new Behaviour(
        balancing,
        affinity,
        timeouts,
        attempts,
        limits,
        check,
        ejection,
        headers,
        noEndpoint,
        sources,
        other,
        turbo);
  }

  /** The same with the turbo on or off. */
  public Behaviour withTurbo(boolean other) {
    return new Behaviour(
        balancing,
        affinity,
        timeouts,
        attempts,
        limits,
        check,
        ejection,
        headers,
        noEndpoint,
        sources,
        transparent,
        other);
  }
}
