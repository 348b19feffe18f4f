package io.lighter.images.dockerfile;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths without what means nothing, by their text alone: Go's {@code path.Clean}. */
public final class CleanPath {
  private CleanPath() {}

  /**
   * Returns the shortest path that means the same if no folder is a symbolic link: without empty
   * names, {@code .}, and {@code ..} as far as there is a folder to leave; {@code .} for nothing.
   */
  public static String of(String path) {
    boolean rooted = path.startsWith("/");
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (!name.equals("..")) {
        names.addLast(name);
      } else if (!names.isEmpty() && !names.getLast().equals("..")) {
        names.removeLast();
      } else if (!rooted) {
        names.addLast(name);
      }
    }
    String joined = String.join("/", names);
    if (rooted) {
      return "/" + joined;
    }
    return joined.isEmpty() ? "." : joined;
  }

  /** Returns the path below a root that nothing leads out of: {@code ../a} is {@code /a}. */
  public static String rooted(String path) {
    return of("/" + path);
  }
}
