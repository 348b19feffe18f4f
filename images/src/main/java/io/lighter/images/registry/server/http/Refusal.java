package io.lighter.images.registry.server.http;

import java.util.Map;

/** A request that is not done, and what the client is told. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final transient Map<String, String> headers;

  /**
   * A refusal.
   *
   * @param status of HTTP, 400 or more
   * @param code one of the specification's: {@code BLOB_UNKNOWN}
   * @param message for people
   */
  public Refusal(int status, String code, String message) {
    this(status, code, message, Map.of());
  }

  public Refusal(int status, String code, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = Map.copyOf(headers);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  public Map<String, String> headers() {
    return headers;
  }
}
