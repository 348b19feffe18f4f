package io.lighter.images.build;

import java.io.InputStream;
import java.nio.file.Path;

/** Where the files of a build come from. */
public sealed interface BuildContext {
  /** A folder of this machine. */
  record Folder(Path path) implements BuildContext {}

  /** An archive, plain or compressed by gzip, bzip2, xz or zstd; it is read once, not closed. */
  record Archive(InputStream tar) implements BuildContext {}

  /** No files. */
  record None() implements BuildContext {}

  /** An image of that name: for named contexts only. */
  record Image(String reference) implements BuildContext {}
}
