package io.lighter.cli;

import io.lighter.linux.Errno;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.LaunchFailure;

/** Exit codes of {@code lighter run}, as those of {@code docker run}. */
public final class ExitCode {
  /** Lighter itself failed, or was asked for what it cannot do. */
  public static final int FAILED = 125;

  /** The command is there but cannot be executed. */
  public static final int NOT_EXECUTABLE = 126;

  /** The command is not there. */
  public static final int NOT_FOUND = 127;

  private ExitCode() {}

  /** The container's own code, or 128 and the number of the signal that ended it. */
  public static int of(ExitStatus status) {
    return status.shellStatus();
  }

  /** The code for a start that failed: what matters is whether it failed at the command itself. */
  public static int of(LaunchFailure failure) {
    return failure.call().startsWith("execve") ? ofExec(failure.errno()) : FAILED;
  }

  /**
   * The code for an execve(2) that failed.
   *
   * @param errno the error number; 0 if the process was killed there
   */
  public static int ofExec(int errno) {
    return switch (errno) {
      case 0 -> FAILED;
      case Errno.ENOENT -> NOT_FOUND;
      default -> NOT_EXECUTABLE;
    };
  }
}
