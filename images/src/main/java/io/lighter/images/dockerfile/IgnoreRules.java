package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * The rules of a {@code .dockerignore}: which files are no part of a context.
 *
 * <p>The last rule that matches a path, or a folder above it, decides. {@code !} takes files back
 * in. A rule is a {@link PathPattern} with {@code **}, from the top of the context, whether or not
 * it begins with a slash.
 *
 * @see <a
 *     href="https://docs.docker.com/build/concepts/context/#dockerignore-files">.dockerignore</a>
 */
public final class IgnoreRules {
  /** No rules: everything is part of the context. */
  public static final IgnoreRules NONE = new IgnoreRules(List.of());

  private record Rule(boolean takesBack, PathPattern pattern) {}

  private final List<Rule> rules;
  private final boolean takesBack;

  private IgnoreRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.takesBack = rules.stream().anyMatch(Rule::takesBack);
  }

  /**
   * Reads a file.
   *
   * @param name what messages call it
   * @throws DockerfileException points at a rule that is wrong
   */
  public static IgnoreRules parse(String name, String text) {
    SourceText source = SourceText.of(name, text.startsWith("\uFEFF") ? text.substring(1) : text);
    List<Rule> rules = new ArrayList<>();
    int line = 0;
    for (String content : source.lines()) {
      line++;
      if (content.startsWith("#") || content.isBlank()) {
        continue;
      }
      try {
        rules.add(rule(content.strip()));
      } catch (SyntaxException e) {
        throw source.error(SourceRange.line(line), e.problem());
      }
    }
    return new IgnoreRules(rules);
  }

  /** Makes rules of patterns, such as those of {@code COPY --exclude}. */
  public static IgnoreRules of(List<String> patterns) {
    return new IgnoreRules(patterns.stream().map(IgnoreRules::rule).toList());
  }

  private static Rule rule(String text) {
    boolean takesBack = text.startsWith("!");
    String pattern = takesBack ? text.substring(1).strip() : text;
    if (pattern.isEmpty()) {
      throw new SyntaxException("! needs a pattern of what is taken back in");
    }
    String clean = CleanPath.of(pattern);
    boolean rooted = clean.length() > 1 && clean.startsWith("/");
    return new Rule(takesBack, PathPattern.withDoubleStars(rooted ? clean.substring(1) : clean));
  }

  /**
   * Tells whether a path is left out.
   *
   * @param path from the top of the context, without a slash at its ends
   */
  public boolean ignores(String path) {
    boolean ignored = false;
    for (Rule rule : rules) {
      // A rule that would change nothing need not be matched.
      if (rule.takesBack() == ignored && matchesPathOrParent(rule, path)) {
        ignored = !rule.takesBack();
      }
    }
    return ignored;
  }

  private static boolean matchesPathOrParent(Rule rule, String path) {
    int end = path.length();
    while (end > 0) {
      if (rule.pattern().matches(path.substring(0, end))) {
        return true;
      }
      end = path.lastIndexOf('/', end - 1);
    }
    return false;
  }

  /** Tells whether something in an ignored folder may be part of the context all the same. */
  public boolean mayTakeBack() {
    return takesBack;
  }

  /** Tells whether there is any rule. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }
}
