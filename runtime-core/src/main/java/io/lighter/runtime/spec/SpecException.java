package io.lighter.runtime.spec;

/**
 * A {@code config.json} that cannot be used. The message has the place and the reason, such as
 * {@code config.json: linux.resources.memory.limit: expected a number, found "1g"}.
 */
public final class SpecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String reason;

  public SpecException(String path, String reason) {
    super("config.json: " + (path.isEmpty() ? "" : path + ": ") + reason);
    this.path = path;
    this.reason = reason;
  }

  /** Where in the JSON document, such as {@code mounts[2].destination}; empty for the whole. */
  public String path() {
    return path;
  }

  /** What is wrong there. */
  public String reason() {
    return reason;
  }
}
