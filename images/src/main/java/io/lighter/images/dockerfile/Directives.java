package io.lighter.images.dockerfile;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parser directives at the top of a Dockerfile.
 *
 * @param syntax the front end that was asked for, null for none; there is one language here, so it
 *     is kept and changes nothing
 * @param escape the escape character: a backslash, or a backquote
 * @param check which warnings are wanted
 * @param count how many lines the directives take, from the first line on
 */
public record Directives(@Nullable String syntax, char escape, Check check, int count) {
  /** No directive. */
  static final Directives NONE = new Directives(null, '\\', Check.ALL, 0);

  /**
   * The directive {@code check=skip=RULE,RULE;error=true}.
   *
   * @param skipAll {@code skip=all}
   * @param skip names of rules, as written
   * @param experimental names of rules that are looked at only when asked for; {@code all} is all
   * @param error a warning fails the build
   */
  public record Check(boolean skipAll, Set<String> skip, Set<String> experimental, boolean error) {
    /** All rules, none of which fails the build. */
    public static final Check ALL = new Check(false, Set.of(), Set.of(), false);

    public Check {
      skip = Set.copyOf(skip);
      experimental = Set.copyOf(experimental);
    }

    /** Tells whether a rule is to be looked at. */
    public boolean wants(LintRule rule) {
      if (rule.isExperimental()
          && !experimental.contains("all")
          && experimental.stream().noneMatch(rule.title()::equalsIgnoreCase)) {
        return false;
      }
      return !skipAll && skip.stream().noneMatch(rule.title()::equalsIgnoreCase);
    }

    /**
     * Reads the value of the directive, or of the build argument {@code BUILDKIT_DOCKERFILE_CHECK}.
     *
     * @throws SyntaxException when it is neither {@code skip=} nor {@code error=}
     */
    public static Check parse(String value) {
      boolean skipAll = false;
      boolean error = false;
      Set<String> skip = Set.of();
      Set<String> experimental = Set.of();
      for (String part : value.split(";", -1)) {
        int equals = part.indexOf('=');
        String key = (equals < 0 ? part : part.substring(0, equals)).strip();
        String setting = equals < 0 ? "" : part.substring(equals + 1).strip();
        switch (key) {
          case "skip" -> {
            skipAll = setting.equals("all");
            skip = skipAll ? Set.of() : names(setting);
          }
          case "experimental" -> experimental = names(setting);
          case "error" -> error = Booleans.parse("check=error", setting);
          default ->
              throw new SyntaxException(
                  "the directive check takes skip=RULE,... and error=true|false, not " + part);
        }
      }
      return new Check(skipAll, skip, experimental, error);
    }

    private static Set<String> names(String list) {
      return new LinkedHashSet<>(List.of(list.split("\\s*,\\s*", -1)));
    }
  }
}
