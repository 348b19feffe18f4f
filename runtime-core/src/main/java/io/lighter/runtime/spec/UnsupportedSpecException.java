package io.lighter.runtime.spec;

/** A specification asks for something that Lighter or this host does not do. */
public final class UnsupportedSpecException extends RuntimeException {
  private final String field;

  /**
   * Names what is not supported.
   *
   * @param field the field of {@code config.json}, such as {@code linux.intelRdt}
   * @param what what is not supported, and where there is one the way out
   */
  public UnsupportedSpecException(String field, String what) {
    super(field + ": " + what + " is not supported");
    this.field = field;
  }

  /** Names what is not supported, and why it is not here. */
  public UnsupportedSpecException(String field, String what, String reason) {
    super(field + ": " + what + " is not supported: " + reason);
    this.field = field;
  }

  /** Returns the field of {@code config.json}. */
  public String field() {
    return field;
  }
}
