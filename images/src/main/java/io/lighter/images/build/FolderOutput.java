package io.lighter.images.build;

import io.lighter.images.build.files.CopyRules;
import io.lighter.images.build.files.FileCopy;
import io.lighter.images.build.files.FileFinder;
import io.lighter.images.build.files.Selection;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
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
    Linux linux = built.store().linux();
    try (Fd target = open(linux)) {
      write(built, target);
    }
    return before;
  }

  private Fd open(Linux linux) throws IOException {
    Files.createDirectories(folder);
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    return linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), flags, 0);
  }

  /** Each in a folder of its platform. */
  @Override
  public BuildResult writeIndex(List<BuiltImage> images, BuildResult before, Consumer<String> told)
      throws IOException {
    Linux linux = images.getFirst().store().linux();
    try (Fd top = open(linux)) {
      for (BuiltImage image : images) {
        if (image.provenance() != null) {
          throw new BuildException(
              "--provenance attests images; a folder gets none: use --output type=oci or"
                  + " type=registry");
        }
        String platform = image.run().request().platform().toString().replace('/', '_');
        try (Fd target = below(linux, top, platform)) {
          write(image, target);
        }
      }
    }
    return before;
  }

  /** What an earlier build has put there may be a link to elsewhere, and is not followed. */
  private static Fd below(Linux linux, Fd top, String name) {
    try {
      linux.files().mkdirat(top, name, 0755);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
    return linux.files().openat(top, name, flags, 0);
  }

  private static void write(BuiltImage built, Fd target) throws IOException {
    Linux linux = built.store().linux();
    try (OpenedTree tree = built.open();
        FileFinder finder = new FileFinder(linux, tree.tree(), IgnoreRules.NONE, false);
        FileCopy copy = new FileCopy(linux, target, CopyRules.AS_THEY_ARE)) {
      for (Selection selection : finder.find("/")) {
        copy.copy(selection, "/");
      }
    }
  }
}
