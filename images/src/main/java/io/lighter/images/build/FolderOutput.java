package io.lighter.images.build;

import io.lighter.images.build.files.CopyRules;
import io.lighter.images.build.files.FileCopy;
import io.lighter.images.build.files.FileFinder;
import io.lighter.images.build.files.Selection;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The files of the image go into a folder of this machine, beside what is there.
 *
 * @param folder made when it is missing
 */
public record FolderOutput(Path folder) implements BuildOutput {
  @Override
  public String name() {
    return "exporting to " + folder;
  }

  @Override
  public BuildResult write(BuiltImage built, BuildResult before, Consumer<String> told)
      throws IOException {
    write(built, folder);
    return before;
  }

  /** Each in a folder of its platform. */
  @Override
  public BuildResult writeIndex(List<BuiltImage> images, BuildResult before, Consumer<String> told)
      throws IOException {
    for (BuiltImage image : images) {
      if (image.provenance() != null) {
        throw new BuildException(
            "--provenance attests images; a folder gets none: use --output type=oci or"
                + " type=registry");
      }
      String platform = image.config().platform().toString().replace('/', '_');
      Path target = images.size() == 1 ? folder : folder.resolve(platform);
      write(image, target);
    }
    return before;
  }

  private static void write(BuiltImage built, Path folder) throws IOException {
    Linux linux = built.store().linux();
    Files.createDirectories(folder);
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (OpenedTree tree = built.open();
        FileFinder finder = new FileFinder(linux, tree.tree(), IgnoreRules.NONE, false);
        Fd target = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), flags, 0);
        FileCopy copy = new FileCopy(linux, target, CopyRules.AS_THEY_ARE)) {
      for (Selection selection : finder.find("/")) {
        copy.copy(selection, "/");
      }
    }
  }
}
