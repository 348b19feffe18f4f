package io.lighter.runtime.launch;

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
}
