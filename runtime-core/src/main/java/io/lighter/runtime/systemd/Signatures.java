package io.lighter.runtime.systemd;

/**
 * Types in the letters of D-Bus, one behind the other.
 *
 * @see <a href="https://dbus.freedesktop.org/doc/dbus-specification.html#type-system">D-Bus, Type
 *     System</a>
 */
public final class Signatures {
  private static final String SIMPLE = "bynqiuxtdsog";

  private Signatures() {}

  /**
   * Returns where the type ends that begins at a place.
   *
   * @throws IllegalArgumentException when there is none, or one that has no values here
   */
  public static int end(String signature, int start) {
    if (start >= signature.length()) {
      throw new IllegalArgumentException("a type is missing in \"" + signature + "\"");
    }
    char c = signature.charAt(start);
    if (SIMPLE.indexOf(c) >= 0) {
      return start + 1;
    }
    if (c == 'a') {
      return end(signature, start + 1);
    }
    if (c != '(') {
      throw new IllegalArgumentException("the type \"" + c + "\" is not supported");
    }
    int at = start + 1;
    do {
      at = end(signature, at);
    } while (at < signature.length() && signature.charAt(at) != ')');
    if (at >= signature.length()) {
      throw new IllegalArgumentException("\"" + signature + "\" has a struct that is not closed");
    }
    return at + 1;
  }

  /** Returns the type that begins at a place. */
  public static String at(String signature, int start) {
    return signature.substring(start, end(signature, start));
  }
}
