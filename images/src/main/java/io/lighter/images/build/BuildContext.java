package io.lighter.images.build;

import io.lighter.images.Digest;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the files of a build come from. */
public sealed interface BuildContext {
  /** A folder of this machine. */
  record Folder(Path path) implements BuildContext {}

  /** An archive, plain or compressed by gzip, bzip2, xz or zstd; it is read once, not closed. */
  record Archive(InputStream tar) implements BuildContext {}

  /** No files. */
  record None() implements BuildContext {}

  /**
   * A repository of git.
   *
   * @param address such as {@code https://host/repo.git#REF:FOLDER}
   * @param keepGitDir its {@code .git} stays
   */
  record Git(String address, boolean keepGitDir) implements BuildContext {
    /** Tells whether a text is an address of a repository. */
    public static boolean isAddress(String text) {
      return GitAddress.isContext(text);
    }
  }

  /** An archive, or a single file that is the Dockerfile, by HTTP or HTTPS. */
  record Web(String url) implements BuildContext {}

  /**
   * An image in an OCI image layout: for named contexts only.
   *
   * @param folder of the layout
   * @param tag of the image in it
   * @param digest of the image; null to choose by the tag
   */
  record Layout(Path folder, String tag, @Nullable Digest digest) implements BuildContext {}

  /** An image of that name: for named contexts only. */
  record Image(String reference) implements BuildContext {}
}
