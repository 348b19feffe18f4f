package io.lighter.images.build;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.overlay.archive.ArchiveOptions;
import io.lighter.overlay.archive.ArchiveWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * The files of the image go into a tar archive.
 *
 * @param out not closed
 */
public record ArchiveOutput(OutputStream out) implements BuildOutput {
  @Override
  public String name() {
    return "exporting to an archive";
  }

  @Override
  public BuildResult write(BuiltImage built, BuildResult before, Consumer<String> told)
      throws IOException {
    Linux linux = built.store().linux();
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (OpenedTree tree = built.open();
        Fd root = linux.files().openat(tree.tree().root(), ".", flags, 0);
        ArchiveWriter writer = new ArchiveWriter(linux, ArchiveOptions.FILES, out)) {
      writer.addTree(root, Name.of(""));
      writer.finish();
    }
    return before;
  }
}
