package io.lighter.cli.flags;

/**
 * A command line that cannot be obeyed: the user's to mend. Its message is a whole sentence for the
 * terminal, without the program's name; the exit status is 125.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    // No stack: the fault lies in the arguments, and a start must not pay for walking ours.
    super(message, null, false, false);
  }
}
