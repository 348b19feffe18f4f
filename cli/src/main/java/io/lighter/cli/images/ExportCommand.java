package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Fd;
import io.lighter.linux.Name;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.archive.ArchiveOptions;
import io.lighter.overlay.archive.ArchiveWriter;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter export}. */
final class ExportCommand implements ImageCommand {
  private static final int BUFFER = 1 << 17;

  @Override
  public String usage() {
    return "export [OPTIONS] CONTAINER";
  }

  @Override
  public String description() {
    return "Write the files of a container to an archive, without what is mounted in it";
  }

  @Override
  public List<Option> flags() {
    return List.of(valued("o", "output", "string", "Write to a file, instead of standard output"));
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public int most() {
    return 1;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    String output = flags.last("output");
    if (output == null && session.isTerminal(Fd.STANDARD_OUTPUT)) {
      throw new UsageException(
          "cowardly refusing to save to a terminal. Use the -o flag or redirect");
    }
    try (ContainerFiles files =
            ContainerFiles.open(session, session.store(), flags.operands().getFirst());
        OutputStream out =
            new BufferedOutputStream(
                output == null
                    ? new FileOutputStream(FileDescriptor.out)
                    : Files.newOutputStream(session.file(output)),
                BUFFER)) {
      write(session, files, out);
    }
    return 0;
  }

  private static void write(ImageSession session, ContainerFiles files, OutputStream out)
      throws IOException {
    List<Fd> all = new ArrayList<>();
    try (Fd upper = files.writable().openUpper()) {
      all.add(upper);
      all.addAll(files.layers().layers());
      try (LayerStack merged = LayerStack.ofOpen(session.linux(), all);
          Fd root = merged.mountReadOnly(OverlayOptions.DEFAULTS);
          ArchiveWriter writer = new ArchiveWriter(session.linux(), ArchiveOptions.FILES, out)) {
        writer.addTree(root, Name.of(""));
        writer.finish();
      }
    }
  }
}
