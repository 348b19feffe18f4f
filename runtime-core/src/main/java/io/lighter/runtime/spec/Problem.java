package io.lighter.runtime.spec;

/**
 * A rule that a specification breaks.
 *
 * @param path where, such as {@code linux.sysctl["kernel.msgmax"]}
 * @param reason what is wrong and how to mend it
 */
public record Problem(String path, String reason) {
  @Override
  public String toString() {
    return path + ": " + reason;
  }
}
