package io.lighter.images.registry.server.access;

import io.lighter.images.ImageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a token is for: {@code repository:library/busybox:pull,push}.
 *
 * @param type {@code repository}, or {@code registry} for the catalog
 * @param name of the repository, or {@code catalog}
 * @param actions rights in their words; {@code *} for all
 */
public record Grant(String type, String name, Set<String> actions) {
  /** Copies the set, in order. */
  public Grant {
    actions = Set.copyOf(actions);
  }

  /**
   * Reads scopes, several of which may be in one text.
   *
   * @throws ImageException when one is none
   */
  static List<Grant> parse(List<String> scopes) {
    List<Grant> all = new ArrayList<>();
    for (String text : scopes) {
      for (String scope : text.split(" ", -1)) {
        if (!scope.isEmpty()) {
          all.add(parse(scope));
        }
      }
    }
    return all;
  }

  private static Grant parse(String scope) {
    int first = scope.indexOf(':');
    int last = scope.lastIndexOf(':');
    if (first < 0 || last == first) {
      throw new ImageException("\"" + scope + "\" is no scope: TYPE:NAME:ACTIONS is one");
    }
    return new Grant(
        scope.substring(0, first).replaceFirst("\\(.*\\)$", ""),
        scope.substring(first + 1, last),
        new TreeSet<>(Arrays.asList(scope.substring(last + 1).split(",", -1))));
  }
}
