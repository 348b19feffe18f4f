package io.lighter.cli.flags;

/**
 * A value that its flag does not take. The message is the reason alone; {@link Flags} adds the flag
 * and the value and makes a {@link UsageException} of it.
 */
public final class InvalidValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidValueException(String reason) {
    super(reason, null, false, false);
  }
}
