package io.lighter.images.build;

import io.lighter.images.ImageException;
import org.jspecify.annotations.Nullable;

/** A build that failed. The message shows the lines of the Dockerfile, if it is about some. */
public final class BuildException extends ImageException {
  private static final long serialVersionUID = 1;

  private final @Nullable Integer exitCode;

  BuildException(String message) {
    super(message);
    this.exitCode = null;
  }

  BuildException(String message, Throwable cause) {
    super(message, cause);
    this.exitCode = cause instanceof CommandFailure failure ? failure.exitCode() : null;
  }

  /** Returns the exit code of the RUN that failed, null when none did. */
  public @Nullable Integer exitCode() {
    return exitCode;
  }
}
