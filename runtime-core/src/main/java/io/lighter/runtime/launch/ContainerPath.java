package io.lighter.runtime.launch;

/** Paths in a container, as text; none of these methods looks at a file system. */
final class ContainerPath {
  private ContainerPath() {}

  /**
   * Returns an absolute path without {@code .}, {@code ..}, doubled or trailing slashes. A relative
   * one is taken from the root, as runtime-spec 1.1 allows for old configurations.
   *
   * @param field for the error
   * @throws IllegalArgumentException when the path holds a NUL or is empty
   */
  static String normalize(String field, String path) {
    if (path.isEmpty() || path.indexOf(0) >= 0) {
      throw new IllegalArgumentException(field + ": \"" + path + "\" is not a path");
    }
    StringBuilder result = new StringBuilder(path.length() + 1);
    int start = 0;
    while (start <= path.length()) {
      int end = path.indexOf('/', start);
      if (end < 0) {
        end = path.length();
      }
      String component = path.substring(start, end);
      if (component.equals("..")) {
        result.setLength(Math.max(0, result.lastIndexOf("/")));
      } else if (!component.isEmpty() && !component.equals(".")) {
        result.append('/').append(component);
      }
      start = end + 1;
    }
    return result.isEmpty() ? "/" : result.toString();
  }

  /** Returns a normalized path as openat2 takes it below a root: {@code "."} for the root. */
  static String relative(String path) {
    return path.equals("/") ? "." : path.substring(1);
  }

  /** Returns the folder that a normalized path lies in. */
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /** Returns the normalized path of a name in a folder. */
  static String below(String folder, String name) {
    return folder.equals("/") ? "/" + name : folder + "/" + name;
  }

  /** Returns the last component of a normalized path. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns whether a normalized path lies below another, or is the same. */
  static boolean isBelow(String path, String folder) {
    return folder.equals("/")
        || path.equals(folder)
        || (path.startsWith(folder) && path.charAt(folder.length()) == '/');
  }
}
