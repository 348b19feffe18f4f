package io.lighter.images.dockerfile;

/**
 * Lines of a Dockerfile.
 *
 * @param first the first line, from 1
 * @param last the last line, at least {@code first}
 */
public record SourceRange(int first, int last) {
  /** Returns the range of one line. */
  public static SourceRange line(int line) {
    return new SourceRange(line, line);
  }

  /** Tells whether a line is in the range. */
  public boolean contains(int line) {
    return first <= line && line <= last;
  }
}
