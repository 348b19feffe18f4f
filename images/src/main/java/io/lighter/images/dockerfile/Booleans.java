package io.lighter.images.dockerfile;

import java.util.Locale;

/** Truth values as Go's {@code strconv.ParseBool} and Dockerfiles write them. */
final class Booleans {
  private Booleans() {}

  static boolean parse(String what, String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "t" -> true;
      case "false", "0", "f" -> false;
      default -> throw new SyntaxException(what + " is true or false, not " + text);
    };
  }
}
