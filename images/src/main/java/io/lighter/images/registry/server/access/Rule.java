package io.lighter.images.registry.server.access;

import io.lighter.images.ImageException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets some users do something with some repositories.
 *
 * @param repositories patterns: {@code *} stands for any part of a name without a slash, {@code **}
 *     for any part
 * @param users names; {@code *} for all with an account, {@code anonymous} for everybody
 * @param rights that they have
 */
public record Rule(List<String> repositories, Set<String> users, Set<Right> rights) {
  private static final String ANYBODY = "anonymous";
  private static final String ANY_USER = "*";

  /** Copies the collections. */
  public Rule {
    repositories = List.copyOf(repositories);
    users = Set.copyOf(users);
    rights = Set.copyOf(rights);
  }

  /** Everything for everybody: a registry without accounts. */
  static final Rule OPEN = new Rule(List.of("**"), Set.of(ANYBODY), Set.of(Right.values()));

  /** Everything for everybody with an account. */
  static final Rule CLOSED = new Rule(List.of("**"), Set.of(ANY_USER), Set.of(Right.values()));

  /**
   * Reads the words of a rule.
   *
   * @throws ImageException when something is missing or no right
   */
  public static Rule of(List<String> repositories, List<String> users, List<String> rights) {
    if (repositories.isEmpty() || users.isEmpty() || rights.isEmpty()) {
      throw new ImageException("a rule of access must have repositories, users and rights");
    }
    return new Rule(
        repositories,
        Set.copyOf(users),
        rights.stream().map(Right::of).collect(Collectors.toUnmodifiableSet()));
  }

  /** Whether it is for those who have not said who they are. */
  boolean isForAnybody() {
    return users.contains(ANYBODY);
  }

  boolean isFor(@Nullable String user, String repository) {
    boolean known =
        isForAnybody() || (user != null && (users.contains(ANY_USER) || users.contains(user)));
    return known && repositories.stream().anyMatch(pattern -> matches(pattern, repository));
  }

  private static boolean matches(String pattern, String repository) {
    StringBuilder expression = new StringBuilder();
    for (String outer : pattern.split("\\*\\*", -1)) {
      expression.append(expression.isEmpty() ? "" : ".*");
      StringBuilder inner = new StringBuilder();
      for (String text : outer.split("\\*", -1)) {
        inner.append(inner.isEmpty() ? "(?:" : "[^/]*").append(Pattern.quote(text));
      }
      expression.append(inner).append(')');
    }
    return Pattern.matches(expression.toString(), repository);
  }
}
