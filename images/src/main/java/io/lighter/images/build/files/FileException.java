package io.lighter.images.build.files;

/** Files that are not there, or cannot be put where they should be. */
public final class FileException extends RuntimeException {
  /** Makes one that says which file, and what is wrong with it. */
  public FileException(String problem) {
    super(problem);
  }
}
