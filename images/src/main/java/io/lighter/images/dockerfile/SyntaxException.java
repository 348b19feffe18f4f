package io.lighter.images.dockerfile;

/** A mistake, found where its line is not known. Whoever knows the line says so in its place. */
public final class SyntaxException extends RuntimeException {
  /** Makes one that says what is wrong, and how to mend it. */
  public SyntaxException(String problem) {
    super(problem);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
