package io.lighter.runtime.spec;

import org.jspecify.annotations.Nullable;

/**
 * A namespace to make or to join.
 *
 * @param type which kind
 * @param path absolute path of an existing namespace's file; absent means a new one
 */
public record Namespace(NamespaceType type, @Nullable String path) {
  /** A new namespace. */
  public Namespace(NamespaceType type) {
    this(type, null);
  }

  /** Whether a new namespace is made rather than one joined. */
  public boolean isNew() {
    return path == null;
  }
}
