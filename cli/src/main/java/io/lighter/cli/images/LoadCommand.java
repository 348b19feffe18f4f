package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.Platform;
import io.lighter.images.archive.ImageArchiveReader;
import io.lighter.images.archive.LoadedImage;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Fd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter load}. */
final class LoadCommand implements ImageCommand {
  @Override
  public String usage() {
    return "load [OPTIONS]";
  }

  @Override
  public String description() {
    return "Read images from an archive, Docker's or an OCI layout, however compressed";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        valued("i", "input", "string", "Read from a file, instead of standard input"),
        valued(
            "", "platform", "string", "Load the image for this platform where there are several"),
        onOff("q", "quiet", "Say only what was loaded"));
  }

  @Override
  public int least() {
    return 0;
  }

  @Override
  public int most() {
    return 0;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    String input = flags.last("input");
    if (input == null && session.isTerminal(Fd.STANDARD_INPUT)) {
      throw new UsageException("requested load from stdin, but stdin is a terminal");
    }
    String asked = flags.last("platform");
    Platform platform = asked == null ? Platform.local() : Platform.parse(asked);
    ImageStore store = session.store();
    try (ProgressDisplay display =
            ProgressDisplay.inTerminalOnly(session, flags.isOn("quiet", false));
        InputStream in = input == null ? session.in() : Files.newInputStream(session.file(input))) {
      List<LoadedImage> loaded = new ImageArchiveReader(store, platform, display).load(in);
      for (LoadedImage image : loaded) {
        if (image.names().isEmpty()) {
          session.out().println("Loaded image ID: " + image.id());
        }
        image.names().forEach(name -> session.out().println("Loaded image: " + name.familiar()));
      }
    }
    return 0;
  }
}
