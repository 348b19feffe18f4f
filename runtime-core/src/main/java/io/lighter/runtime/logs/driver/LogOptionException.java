package io.lighter.runtime.logs.driver;

/**
 * An option of a log driver is unknown or has a value that it cannot have; the message says which.
 */
public final class LogOptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /**
   * Describes what is wrong.
   *
   * @param message names the option and says what it may be
   */
  public LogOptionException(String message) {
    super(message);
  }

  /** As {@link #LogOptionException(String)}, with what it follows from. */
  public LogOptionException(String message, Throwable cause) {
    super(message, cause);
  }
}
