package io.lighter.images.dockerfile;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of a substitution: {@code ?} is any character, {@code *} any number of them, a
 * backslash makes either ordinary. There are no classes.
 *
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html">Parameter
 *     expansion of POSIX</a>
 */
final class ShellPattern {
  private final Pattern pattern;

  private ShellPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  static ShellPattern of(String text) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '*' -> {
          if (!regex.toString().endsWith(".*")) {
            regex.append(".*");
          }
        }
        case '?' -> regex.append('.');
        case '\\' -> regex.append(Pattern.quote(escaped(text, ++i)));
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return new ShellPattern(Pattern.compile(regex.toString(), Pattern.DOTALL));
  }

  private static String escaped(String text, int i) {
    String c = i < text.length() ? String.valueOf(text.charAt(i)) : "";
    if (c.isEmpty() || !"*?\\}/".contains(c)) {
      throw new SyntaxException(
          "in the pattern " + text + " a backslash stands before *, ?, }, / or \\ only");
    }
    return c;
  }

  String withoutPrefix(String value, boolean longest) {
    Matcher matcher = pattern.matcher(value);
    for (int i = 0; i <= value.length(); i++) {
      int end = longest ? value.length() - i : i;
      if (matcher.region(0, end).matches()) {
        return value.substring(end);
      }
    }
    return value;
  }

  String withoutSuffix(String value, boolean longest) {
    Matcher matcher = pattern.matcher(value);
    for (int i = 0; i <= value.length(); i++) {
      int start = longest ? i : value.length() - i;
      if (matcher.region(start, value.length()).matches()) {
        return value.substring(0, start);
      }
    }
    return value;
  }

  String replace(String value, String replacement, boolean all) {
    Matcher matcher = pattern.matcher(value);
    String literal = Matcher.quoteReplacement(replacement);
    return all ? matcher.replaceAll(literal) : matcher.replaceFirst(literal);
  }
}
