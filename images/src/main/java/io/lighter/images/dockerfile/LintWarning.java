package io.lighter.images.dockerfile;

/**
 * A place where a rule is not kept.
 *
 * @param message what is there, and what should be
 */
public record LintWarning(LintRule rule, SourceRange range, String message) {
  /** Returns the warning in one line: {@code RULE: MESSAGE (line N)}. */
  public String text() {
    return rule.title() + ": " + message + " (line " + range.first() + ")";
  }
}
