package io.lighter.images.build.files;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A change of permissions as chmod(1) takes it: octal, or symbolic such as {@code u=rwX,go=rX}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man1/chmod.1.html">chmod(1)</a>
 */
public final class FileMode {
  private static final Pattern OCTAL = Pattern.compile("[0-7]{1,4}");
  private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)([-+=])([rwxXst]*)");

  private final String text;

  private FileMode(String text) {
    this.text = text;
  }

  /**
   * Reads one.
   *
   * @throws FileException when it is neither
   */
  public static FileMode parse(String text) {
    if (!OCTAL.matcher(text).matches()) {
      for (String clause : text.split(",", -1)) {
        if (!CLAUSE.matcher(clause).matches()) {
          throw new FileException(
              "--chmod takes permissions such as 0644 or u=rwX,go=rX, not " + text);
        }
      }
    }
    return new FileMode(text);
  }

  /** Returns the permissions that a file has afterwards: 0 to 07777. */
  public int applyTo(int permissions, boolean isFolder) {
    if (OCTAL.matcher(text).matches()) {
      return Integer.parseInt(text, 8);
    }
    int result = permissions;
    for (String clause : text.split(",", -1)) {
      result = apply(clause, result, isFolder);
    }
    return result;
  }

  private static int apply(String clause, int before, boolean isFolder) {
    Matcher matcher = CLAUSE.matcher(clause);
    if (!matcher.matches()) {
      return before;
    }
    String who = matcher.group(1).isEmpty() ? "a" : matcher.group(1);
    int mask = 0;
    int bits = 0;
    String rights = matcher.group(3);
    boolean executes = isFolder || (before & 0111) != 0;
    for (int i = 0; i < who.length(); i++) {
      char c = who.charAt(i);
      int shift = c == 'u' ? 6 : c == 'g' ? 3 : 0;
      mask |= c == 'a' ? 0777 : 07 << shift;
      int granted = granted(rights, executes);
      bits |= c == 'a' ? granted * 0111 : granted << shift;
    }
    if (rights.contains("s")) {
      boolean all = who.contains("a");
      bits |= all || who.contains("u") ? 04000 : 0;
      bits |= all || who.contains("g") ? 02000 : 0;
    }
    bits |= rights.contains("t") ? 01000 : 0;
    return switch (matcher.group(2)) {
      case "+" -> before | bits;
      case "-" -> before & ~bits;
      default -> (before & ~mask) | bits;
    };
  }

  private static int granted(String rights, boolean executes) {
    return (rights.contains("r") ? 4 : 0)
        | (rights.contains("w") ? 2 : 0)
        | (rights.contains("x") || (rights.contains("X") && executes) ? 1 : 0);
  }

  @Override
  public String toString() {
    return text;
  }
}
