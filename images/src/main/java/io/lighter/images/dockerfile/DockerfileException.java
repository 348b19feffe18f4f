package io.lighter.images.dockerfile;

/** A mistake in a Dockerfile. The message shows the lines, then says what is wrong with them. */
public final class DockerfileException extends RuntimeException {
  private final transient SourceRange range;
  private final String problem;

  DockerfileException(SourceText source, SourceRange range, String problem) {
    super(source.excerpt(range) + source.name() + ":" + range.first() + ": " + problem);
    this.range = range;
    this.problem = problem;
  }

  /** Returns the lines at fault. */
  public SourceRange range() {
    return range;
  }

  /** Returns what is wrong, without the lines. */
  public String problem() {
    return problem;
  }
}
