package io.lighter.runtime.launch;

import org.jspecify.annotations.Nullable;

/** What stands at the paths of a file system that a plan is made for. */
@FunctionalInterface
public interface PathKinds {
  /** What a path leads to, symbolic links followed. */
  enum Kind {
    FOLDER,
    /** Anything that is not a folder. */
    FILE,
    MISSING
  }

  /**
   * Tells what stands at a path.
   *
   * @param path absolute within the file system, without {@code .} and {@code ..}
   */
  Kind of(String path);

  /**
   * Returns what a symbolic link says, or null when there is none at that path.
   *
   * @param path as of {@link #of}; links in the folders above are followed
   */
  default @Nullable String linkTarget(String path) {
    return null;
  }

  /**
   * Returns the permissions of a folder or file, 0 to 07777, or -1 when there is none or they are
   * not known.
   */
  default int permissions(String path) {
    return -1;
  }
}
