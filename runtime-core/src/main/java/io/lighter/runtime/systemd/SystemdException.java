package io.lighter.runtime.systemd;

import org.jspecify.annotations.Nullable;

/** systemd could not be reached, or did not do what it was asked for. The message says what. */
public final class SystemdException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SystemdException(String message) {
    super(message);
  }

  public SystemdException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
