package io.lighter.images.registry.server.http;

import java.io.IOException;

/** Answers requests. Called by many threads, each with an exchange of its own. */
@FunctionalInterface
public interface HttpHandler {

  /**
   * Answers one request, and may block.
   *
   * @throws IOException when the client has gone, or the answer broke in the middle
   */
  void handle(Exchange exchange) throws IOException;
}
