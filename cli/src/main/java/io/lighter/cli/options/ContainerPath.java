package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;

/** Paths inside a container, as text: nothing here looks at a file system. */
public final class ContainerPath {
  private ContainerPath() {}

  /** A mount's target, cleaned: absolute and not the root itself. */
  static String target(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      throw new InvalidValueException(
          "invalid mount path: '" + path + "' mount path must be absolute");
    }
    String clean = clean(path);
    if (clean.equals("/")) {
      throw new InvalidValueException("invalid specification: destination can't be '/'");
    }
    return clean;
  }

  /**
   * An absolute path without {@code .}, {@code ..} and doubled slashes, resolved as text. A {@code
   * ..} never leads above the root.
   */
  public static String clean(String path) {
    StringBuilder clean = new StringBuilder(path.length());
    int start = 0;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      String name = path.substring(start, end);
      if (name.equals("..")) {
        clean.setLength(Math.max(0, clean.lastIndexOf("/")));
      } else if (!name.isEmpty() && !name.equals(".")) {
        clean.append('/').append(name);
      }
      start = end + 1;
    }
    return clean.isEmpty() ? "/" : clean.toString();
  }

  /** How many names a clean path has: 0 for the root. */
  public static int depth(String clean) {
    int depth = 0;
    for (int i = 0; i < clean.length() - 1; i++) {
      if (clean.charAt(i) == '/') {
        depth++;
      }
    }
    return depth;
  }
}
