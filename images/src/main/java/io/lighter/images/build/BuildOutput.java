package io.lighter.images.build;

import java.io.IOException;

/** Where the result of a build goes. */
public sealed interface BuildOutput
    permits StoreOutput, FolderOutput, ArchiveOutput, ImageArchiveOutput {
  /** Returns what progress calls it. */
  String name();

  /** Writes the result; returns what is known of it then. */
  BuildResult write(BuiltImage image, BuildResult before) throws IOException;
}
