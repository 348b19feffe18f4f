package io.lighter.proxy.service;

import java.time.Duration;
import java.util.List;

/**
 * How endpoints are asked whether they work.
 *
 * @param probe what is done
 * @param interval from the end of one to the beginning of the next
 * @param timeout after which one has failed
 * @param rise successes in a row after which an endpoint is taken back, at least 1
 * @param fall failures in a row after which it gets no connections, at least 1
 */
public record HealthCheck(Probe probe, Duration interval, Duration timeout, int rise, int fall) {
  /** What is done to see whether an endpoint works. */
  public sealed interface Probe {}

  /** It accepts a connection. */
  public record Connect() implements Probe {}

  /**
   * It answers a GET with one of the codes 200 to 399.
   *
   * @param path with its query, begins with a slash
   * @param host of the Host header; empty for the endpoint's address
   */
  public record Http(String path, String host) implements Probe {
    /** Checks that the request can be written. */
    public Http {
      if (!path.startsWith("/") || !isPrintable(path) || !isPrintable(host)) {
        throw new IllegalArgumentException(
            "the path of a check begins with a slash, and has no spaces: " + path);
      }
    }

    private static boolean isPrintable(String text) {
      return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
  }

  /**
   * A command of the host ends with 0. It gets the endpoint in LIGHTER_ENDPOINT_ADDRESS and
   * LIGHTER_ENDPOINT_PORT.
   */
  public record Command(List<String> arguments) implements Probe {
    /** Checks that there is a program. */
    public Command {
      arguments = List.copyOf(arguments);
      if (arguments.isEmpty()) {
        throw new IllegalArgumentException("the command of a check is empty");
      }
    }
  }

  /** Checks the figures. */
  public HealthCheck {
    if (interval.isNegative() || interval.isZero() || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("the times of a check are longer than zero");
    }
    if (rise < 1 || fall < 1) {
      throw new IllegalArgumentException("rise and fall of a check are at least 1");
    }
  }
}
