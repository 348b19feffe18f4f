package io.lighter.cli;

/** Exit codes of the command itself, as those of {@code docker}. */
public final class ExitCode {
  /** Lighter itself failed, or was asked for what it cannot do. */
  public static final int FAILED = 125;

  private ExitCode() {}
}
