package io.lighter.images.build;

import java.io.IOException;
import java.util.List;
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

  /**
   * Writes the results for several platforms, or for one with what attests it.
   *
   * @throws BuildException where that cannot be
   */
  default BuildResult writeIndex(List<BuiltImage> images, BuildResult before, Consumer<String> told)
      throws IOException {
    throw new BuildException(
        name()
            + " takes one image without attestations; use --output type=registry or type=oci, or"
            + " one --platform and no --provenance");
  }
}
