package io.lighter.runtime.logs.driver;

/**
 * The place that a driver writes to cannot be reached, or takes something never; the message names
 * the place.
 */
public final class LogDriverException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Describes what could not be done, and where. */
  public LogDriverException(String message) {
    super(message);
  }

  /** As {@link #LogDriverException(String)}, with what it follows from. */
  public LogDriverException(String message, Throwable cause) {
    super(message, cause);
  }
}
