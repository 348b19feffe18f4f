package io.lighter.runtime;

/**
 * The user or a group that was asked for is not in the container, or its passwd or group file
 * cannot be used.
 */
public final class UserLookupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UserLookupException(String message) {
    super(message);
  }

  UserLookupException(String message, Throwable cause) {
    super(message, cause);
  }
}
