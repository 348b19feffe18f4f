package io.lighter.runtime.criu;

/** CRIU is not there, or could not do what it was asked for; the message says how to mend it. */
public final class CriuException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what is wrong. */
  public CriuException(String message) {
    super(message);
  }

  /** Says what is wrong, and by what. */
  public CriuException(String message, Throwable cause) {
    super(message, cause);
  }
}
