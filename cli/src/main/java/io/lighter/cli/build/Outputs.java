package io.lighter.cli.build;

import io.lighter.cli.images.ImageSession;
import io.lighter.images.build.ArchiveOutput;
import io.lighter.images.build.BuildOutput;
import io.lighter.images.build.FolderOutput;
import io.lighter.images.build.ImageArchiveOutput;
import io.lighter.images.build.PushOutput;
import io.lighter.images.build.StoreOutput;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The outputs of a command line, with the files that they write open. */
final class Outputs implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final ImageSession session;
  private final Supplier<Registries> registries;
  private final List<BuildOutput> all = new ArrayList<>();
  private final List<Closeable> opened = new ArrayList<>();

  private Outputs(ImageSession session, Supplier<Registries> registries) {
    this.session = session;
    this.registries = registries;
  }

  static Outputs open(
      ImageSession session,
      BuildOptions options,
      List<OutputFlag> flags,
      Supplier<Registries> registries)
      throws IOException {
    Outputs outputs = new Outputs(session, registries);
    try {
      for (OutputFlag flag : flags) {
        outputs.add(flag, options);
      }
      return outputs;
    } catch (IOException | RuntimeException e) {
      outputs.close();
      throw e;
    }
  }

  private void add(OutputFlag flag, BuildOptions options) throws IOException {
    List<Reference> names = new ArrayList<>(options.tags());
    if (!flag.names().isEmpty()) {
      for (String name : flag.names().split(",", -1)) {
        names.add(options.reference("output", name));
      }
    }
    all.add(
        switch (flag.type()) {
          case "image" ->
              flag.push()
                  ? new PushOutput(names, flag.options(), registries)
                  : new StoreOutput(names, flag.options());
          case "local" -> new FolderOutput(session.folder().resolve(flag.destination()));
          case "tar" -> new ArchiveOutput(stream(flag));
          default -> new ImageArchiveOutput(names, flag.options(), stream(flag));
        });
  }

  private OutputStream stream(OutputFlag flag) throws IOException {
    OutputStream stream =
        flag.goesToStandardOutput()
            ? session.out()
            : Files.newOutputStream(session.folder().resolve(flag.destination()));
    OutputStream buffered = new BufferedOutputStream(stream, BUFFER);
    // Standard output is not ours to close.
    opened.add(flag.goesToStandardOutput() ? buffered::flush : buffered);
    return buffered;
  }

  List<BuildOutput> all() {
    return all;
  }

  @Override
  public void close() throws IOException {
    for (Closeable stream : opened) {
      stream.close();
    }
  }
}
