package io.lighter.images.dockerfile;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for paths, as Go's {@code filepath.Match} reads it: {@code *} and {@code ?} match no
 * slash, {@code [a-z]} and {@code [^a-z]} are classes, a backslash makes the next character
 * ordinary. Where it is asked for, {@code **} matches any number of folders.
 *
 * @see <a href="https://pkg.go.dev/path/filepath#Match">filepath.Match</a>
 */
public final class PathPattern {
  private final String text;
  private final Pattern pattern;

  private PathPattern(String text, boolean doubleStars) {
    this.text = text;
    this.pattern = compile(text, doubleStars);
  }

  /**
   * Reads a pattern in which two stars are one.
   *
   * @throws SyntaxException a class that is not closed, a backslash at the end
   */
  public static PathPattern of(String text) {
    return new PathPattern(text, false);
  }

  /**
   * Reads a pattern in which {@code **} matches slashes too.
   *
   * @throws SyntaxException as {@link #of}
   */
  public static PathPattern withDoubleStars(String text) {
    return new PathPattern(text, true);
  }

  /** Tells whether a text has characters that make it a pattern. */
  public static boolean isPattern(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*' || c == '?' || c == '[') {
        return true;
      }
      if (c == '\\') {
        i++;
      }
    }
    return false;
  }

  /** Returns the text without the backslashes that made characters ordinary. */
  public static String literal(String text) {
    return text.replaceAll("\\\\(.)", "$1");
  }

  /** Tells whether a whole path is like the pattern. */
  public boolean matches(String path) {
    return pattern.matcher(path).matches();
  }

  private static Pattern compile(String text, boolean doubleStars) {
    StringBuilder regex = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i++);
      switch (c) {
        case '*' -> i = star(text, i, doubleStars, regex);
        case '?' -> regex.append("[^/]");
        case '[' -> i = characterClass(text, i, regex);
        case '\\' -> {
          if (i == text.length()) {
            throw bad(text, "it ends in a backslash");
          }
          regex.append(Pattern.quote(text.substring(i, i + 1)));
          i++;
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw bad(text, e.getDescription());
    }
  }

  private static int star(String text, int from, boolean doubleStars, StringBuilder regex) {
    int i = from;
    while (i < text.length() && text.charAt(i) == '*') {
      i++;
    }
    if (!doubleStars || i == from) {
      regex.append("[^/]*");
      return i;
    }
    if (i < text.length() && text.charAt(i) == '/') {
      i++;
    }
    regex.append(i == text.length() ? ".*" : "(?:.*/)?");
    return i;
  }

  private static int characterClass(String text, int from, StringBuilder regex) {
    int i = from;
    StringBuilder set = new StringBuilder();
    boolean negated = i < text.length() && text.charAt(i) == '^';
    if (negated) {
      i++;
    }
    int first = i;
    while (i < text.length() && (text.charAt(i) != ']' || i == first)) {
      char c = text.charAt(i++);
      if (c == '\\' && i < text.length()) {
        c = text.charAt(i++);
        set.append('\\').append(c);
      } else if (c == '-' && i != first + 1 - 1) {
        set.append('-');
      } else {
        set.append("[]^&\\-".indexOf(c) >= 0 ? "\\" : "").append(c);
      }
    }
    if (i == text.length() || set.isEmpty()) {
      throw bad(text, "a [ has no ]");
    }
    // A class matches no slash either, which also holds for a negated one.
    regex.append("(?!/)[").append(negated ? "^" : "").append(set).append(']');
    return i + 1;
  }

  private static SyntaxException bad(String text, String why) {
    return new SyntaxException("the pattern " + text + " is wrong: " + why);
  }

  @Override
  public String toString() {
    return text;
  }
}
