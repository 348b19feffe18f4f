package io.lighter.images.registry.client;

import java.time.Duration;

/**
 * How long to wait for a registry that does not answer.
 *
 * @param connect for the connection, with TLS
 * @param response for the head of an answer, once the request has gone out
 * @param idle between two pieces of a body, in either direction
 */
public record Timeouts(Duration connect, Duration response, Duration idle) {

  /** For the open internet. */
  public static final Timeouts STANDARD =
      new Timeouts(Duration.ofSeconds(15), Duration.ofSeconds(60), Duration.ofSeconds(30));
}
