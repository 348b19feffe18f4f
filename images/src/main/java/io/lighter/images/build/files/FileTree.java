package io.lighter.images.build.files;

import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.linux.Fd;

/**
 * Where files come from: a context, or what a stage or an image shows.
 *
 * @param root a folder or a mount, attached or not, open with O_PATH or for reading; the caller's
 * @param name what messages call it: "the build context", "the stage build"
 * @param ignored what counts as not there
 * @param ofRoot all files belong to root, whoever owns them here
 */
public record FileTree(Fd root, String name, IgnoreRules ignored, boolean ofRoot) {
  /** What an image shows. */
  public static FileTree ofImage(Fd root, String name) {
    return new FileTree(root, name, IgnoreRules.NONE, false);
  }

  /** A folder or archive of the user's, whose owners mean nothing to an image. */
  public static FileTree ofContext(Fd root, String name, IgnoreRules ignored) {
    return new FileTree(root, name, ignored, true);
  }

  boolean ignores(String path) {
    return !path.isEmpty() && ignored.ignores(path);
  }
}
