package io.lighter.runtime.json;

/** A text is not JSON; the message says what is wrong and at which line and column. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  JsonException(String reason, int line, int column) {
    super(reason + " at line " + line + ", column " + column);
  }

  JsonException(String reason) {
    super(reason);
  }
}
