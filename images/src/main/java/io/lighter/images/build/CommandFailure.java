package io.lighter.images.build;

import java.util.List;

/** A command of RUN that did not end with 0. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  CommandFailure(List<String> arguments, int exitCode) {
    super("the command " + String.join(" ", arguments) + " failed: exit code " + exitCode);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
