package io.lighter.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user, group and further groups as a person names them, before the container's own passwd and
 * group files turn them into ids. Each is a name or decimal digits; digits are always the id, as
 * Docker has it, even where those files have an account of that name: otherwise an image could make
 * root of 1000.
 *
 * <p>The grammar is strict: what begins with a digit is an id to its last character, and an id fits
 * in 0 to 2^32-2. A parser that stops at the first odd character runs {@code 1000x} as the wrong
 * user (CVE-2026-30892), one that truncates runs 4294967296 as root (CVE-2024-40635).
 *
 * @param user name or uid; null for the image's user, which is root unless it says otherwise
 * @param group name or gid; null for the primary group of the user
 * @param additionalGroups names or gids of supplementary groups beyond those of the user
 */
public record UserRequest(
    @Nullable String user, @Nullable String group, List<String> additionalGroups) {
  /** The image's user with that user's groups. */
  public static final UserRequest DEFAULT = new UserRequest(null, null, List.of());

  /** The largest id: 2^32-1 means "no id" to the kernel. */
  public static final long MAX_ID = 0xFFFF_FFFEL;

  public UserRequest {
    if (user != null) {
      check("user", user);
    }
    if (group != null) {
      check("group", group);
    }
    additionalGroups = List.copyOf(additionalGroups);
    for (String additional : additionalGroups) {
      check("group", additional);
    }
  }

  /**
   * Reads {@code name|uid[:group|gid]}.
   *
   * @throws IllegalArgumentException if it is anything else, with the reason
   */
  public static UserRequest parse(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? new UserRequest(text, null, List.of())
        : new UserRequest(text.substring(0, colon), text.substring(colon + 1), List.of());
  }

  public UserRequest withAdditionalGroups(List<String> groups) {
    return new UserRequest(user, group, groups);
  }

  /** Whether {@code word}, a component of a request, is written in digits. */
  public static boolean isNumeric(String word) {
    return isDigit(word.charAt(0));
  }

  /** The id that a numeric component stands for. */
  public static long id(String word) {
    return Long.parseLong(word);
  }

  private static void check(String kind, String word) {
    if (word.isEmpty()) {
      throw new IllegalArgumentException("the " + kind + " is empty");
    }
    if (isDigit(word.charAt(0))) {
      checkId(kind, word);
    } else {
      checkName(kind, word);
    }
  }

  private static void checkId(String kind, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (!isDigit(word.charAt(i))) {
        throw new IllegalArgumentException(
            "the " + kind + " '" + word + "' begins as an id but holds more than digits");
      }
    }
    if (word.length() > 10 || Long.parseLong(word) > MAX_ID) {
      throw new IllegalArgumentException(
          "the " + kind + " id " + word + " is larger than " + MAX_ID);
    }
  }

  private static void checkName(String kind, String word) {
    int last = word.length() - 1;
    for (int i = 0; i <= last; i++) {
      char c = word.charAt(i);
      boolean start = isLetter(c) || c == '_';
      boolean inside = i > 0 && (isDigit(c) || c == '-' || c == '.' || c == '@' || c == '\\');
      boolean end = i > 0 && i == last && c == '$';
      if (!start && !inside && !end) {
        throw new IllegalArgumentException("'" + word + "' is not a valid " + kind + " name");
      }
    }
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
