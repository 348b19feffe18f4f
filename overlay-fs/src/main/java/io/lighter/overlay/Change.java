package io.lighter.overlay;

import io.lighter.linux.Name;

/**
 * One file that differs between the layers of an image and what a container made of them.
 *
 * @param path the exact bytes, relative to the root folder and without a leading slash
 */
public record Change(Kind kind, Name path) {

  /** What happened to a file. */
  public enum Kind {
    /** It was not in the layers below. */
    ADDED,
    /**
     * It was in the layers below: another content, other permissions, another type, or a folder in
     * which something changed.
     */
    CHANGED,
    /** It was in the layers below; of a folder that is gone, only the folder itself is told. */
    DELETED
  }

  /** Returns the change as {@code docker diff} prints it: {@code C /etc/hosts}. */
  @Override
  public String toString() {
    return kind.name().charAt(0) + " /" + path;
  }
}
