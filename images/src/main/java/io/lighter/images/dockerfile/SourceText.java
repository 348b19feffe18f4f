package io.lighter.images.dockerfile;

import java.util.List;

/**
 * A Dockerfile as it was written, to show its lines in messages.
 *
 * @param name what messages call it, such as {@code Dockerfile}
 * @param lines its lines without their ends
 */
public record SourceText(String name, List<String> lines) {
  private static final int AROUND = 2;
  private static final String RULE = "--------------------\n";

  /** Splits a text into its lines. */
  public static SourceText of(String name, String text) {
    return new SourceText(name, text.lines().toList());
  }

  /**
   * Returns lines with those around them, numbered and marked:
   *
   * <pre>
   * Dockerfile:2
   * --------------------
   *    1 |     FROM busybox
   *    2 | &gt;&gt;&gt; RUNN true
   * --------------------
   * </pre>
   */
  public String excerpt(SourceRange range) {
    StringBuilder text = new StringBuilder();
    text.append(name).append(':').append(range.first()).append('\n').append(RULE);
    int from = Math.max(1, range.first() - AROUND);
    int to = Math.min(lines.size(), range.last() + AROUND);
    for (int line = from; line <= to; line++) {
      String mark = range.contains(line) ? ">>>" : "   ";
      String number = " ".repeat(Math.max(0, 4 - Integer.toString(line).length())) + line;
      text.append(number).append(" | ").append(mark);
      text.append(' ').append(lines.get(line - 1)).append('\n');
    }
    return text.append(RULE).toString();
  }

  /** Returns an error that points at lines. */
  public DockerfileException error(SourceRange range, String problem) {
    return new DockerfileException(this, range, problem);
  }
}
