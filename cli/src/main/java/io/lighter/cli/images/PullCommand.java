package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.Platform;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.store.ImageStore;
import io.lighter.images.transfer.Pull;
import io.lighter.images.transfer.PulledImage;
import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter pull}. */
final class PullCommand implements ImageCommand {
  @Override
  public String usage() {
    return "pull [OPTIONS] NAME[:TAG|@DIGEST]";
  }

  @Override
  public String description() {
    return "Fetch an image from a registry";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        onOff("a", "all-tags", "Fetch all tags of the repository"),
        valued("", "platform", "string", "Platform of the image, if it is there for several"),
        onOff("q", "quiet", "Print only the name"));
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
    Reference bare = Reference.parseBare(flags.operands().getFirst());
    boolean all = flags.isOn("all-tags", false);
    if (all && (bare.tag() != null || bare.digest() != null)) {
      throw new UsageException("tag can't be used with --all-tags/-a");
    }
    boolean quiet = flags.isOn("quiet", false);
    String asked = flags.last("platform");
    Platform platform = asked == null ? Platform.local() : Platform.parse(asked);
    ImageStore store = session.store();
    try (Registries registries = RegistryAccess.open(session)) {
      if (!all) {
        Reference name = Reference.parse(flags.operands().getFirst());
        if (bare.tag() == null && bare.digest() == null && !quiet) {
          session.out().println("Using default tag: latest");
        }
        pull(session, store, registries, platform, name, quiet);
        session.out().println(name);
      } else {
        for (String tag : registries.repository(bare).tags()) {
          pull(session, store, registries, platform, bare.withTag(tag), quiet);
          session.out().println(bare.withTag(tag));
        }
      }
    }
    return 0;
  }

  static PulledImage pull(
      ImageSession session,
      ImageStore store,
      Registries registries,
      Platform platform,
      Reference name,
      boolean quiet)
      throws IOException {
    PulledImage pulled;
    try (ProgressDisplay display = ProgressDisplay.of(session, quiet)) {
      pulled = new Pull(store, registries, platform, display).pull(name);
    }
    if (!quiet) {
      session.out().println("Digest: " + pulled.digest());
      session
          .out()
          .println(
              (pulled.isNew()
                      ? "Status: Downloaded newer image for "
                      : "Status: Image is up to date for ")
                  + name.familiar());
    }
    return pulled;
  }
}
