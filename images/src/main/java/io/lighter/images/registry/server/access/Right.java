package io.lighter.images.registry.server.access;

import io.lighter.images.ImageException;
import java.util.Arrays;
import java.util.Locale;

/** What may be done with a repository, in the words of scopes. */
public enum Right {
  PULL,
  PUSH,
  DELETE;

  /** The word in scopes and rules. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a word of a rule.
   *
   * @throws ImageException when it is none, and lists them
   */
  static Right of(String word) {
    return Arrays.stream(values())
        .filter(right -> right.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new ImageException("\"" + word + "\" is no right: pull, push and delete are"));
  }
}
