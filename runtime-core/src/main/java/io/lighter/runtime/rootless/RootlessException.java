package io.lighter.runtime.rootless;

/**
 * A step on an ordinary user's way to a container that the host forbids, and what would allow it.
 */
public final class RootlessException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RootlessException(String message) {
    super(message);
  }

  public RootlessException(String message, Throwable cause) {
    super(message, cause);
  }
}
