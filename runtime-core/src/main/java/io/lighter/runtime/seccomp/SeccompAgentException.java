package io.lighter.runtime.seccomp;

import org.jspecify.annotations.Nullable;

/** The listener of a filter could not be handed to its agent. */
public final class SeccompAgentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SeccompAgentException(String path, String reason, @Nullable Throwable cause) {
    super(SeccompAgent.FIELD + ": " + path + ": " + reason, cause);
  }

  /** Returns the field of {@code config.json}. */
  public String field() {
    return SeccompAgent.FIELD;
  }
}
