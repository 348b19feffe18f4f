package io.lighter.runtime;

/** A container could not be started; nothing of it is left. */
public final class StartException extends RuntimeException {
  /** Whose fault it is, as the exit status of a command tells it. */
  public enum Kind {
    /** The command is not in the container: 127. */
    COMMAND_NOT_FOUND(127),
    /** The command is there and cannot be run: 126. */
    COMMAND_NOT_RUNNABLE(126),
    /** Anything else: 125. */
    RUNTIME(125);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    /** Returns the exit status by which docker run tells it. */
    public int status() {
      return status;
    }
  }

  private final Kind kind;

  StartException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
    this.kind = Kind.RUNTIME;
  }

  /** Returns whose fault it is. */
  public Kind kind() {
    return kind;
  }
}
