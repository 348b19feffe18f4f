package io.lighter.images.registry.server.http;

import java.io.IOException;

/** The client neither sends nor takes anything any more. */
final class StalledClientException extends IOException {
  private static final long serialVersionUID = 1;

  StalledClientException(String message) {
    super(message);
  }
}
