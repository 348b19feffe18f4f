package io.lighter.images.build;

import java.io.IOException;
import java.util.function.Consumer;

/** Where the result of a build goes. */
public sealed interface BuildOutput
    permits StoreOutput, PushOutput, FolderOutput, ArchiveOutput, ImageArchiveOutput {
  /** Returns what progress calls it. */
  String name();

  /**
   * Writes the result; returns what is known of it then.
   *
   * @param told hears, line by line, how it goes on; from several threads
   */
  BuildResult write(BuiltImage image, BuildResult before, Consumer<String> told) throws IOException;
}
