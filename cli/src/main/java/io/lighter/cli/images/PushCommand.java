package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.Descriptor;
import io.lighter.images.ImageException;
import io.lighter.images.compression.Compression;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.NamedImage;
import io.lighter.images.transfer.Push;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter push}. */
final class PushCommand implements ImageCommand {
  @Override
  public String usage() {
    return "push [OPTIONS] NAME[:TAG]";
  }

  @Override
  public String description() {
    return "Send an image to a registry";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        onOff("a", "all-tags", "Send all tags of the repository"),
        valued("", "compress", "kind", "Compress layers built here by gzip (default) or zstd"),
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
    boolean quiet = flags.isOn("quiet", false);
    if (bare.digest() != null) {
      throw new UsageException("cannot push a digest reference");
    }
    ImageStore store = session.store();
    List<Reference> names = new ArrayList<>();
    if (flags.isOn("all-tags", false)) {
      if (bare.tag() != null) {
        throw new UsageException("tag can't be used with --all-tags/-a");
      }
      for (NamedImage named : store.names()) {
        if (named.name().name().equals(bare.name()) && named.name().tag() != null) {
          names.add(named.name());
        }
      }
      if (names.isEmpty()) {
        throw new ImageException(
            "An image does not exist locally with the tag: " + bare.familiarName());
      }
    } else {
      names.add(Reference.parse(flags.operands().getFirst()));
      if (bare.tag() == null && !quiet) {
        session.out().println("Using default tag: latest");
      }
    }
    if (!quiet) {
      session.out().println("The push refers to repository [" + bare.name() + "]");
    }
    try (Registries registries = RegistryAccess.open(session)) {
      for (Reference name : names) {
        push(session, new Target(store, registries, compression(flags)), name, quiet);
      }
    }
    return 0;
  }

  private record Target(ImageStore store, Registries registries, Compression compression) {}

  private static void push(ImageSession session, Target target, Reference name, boolean quiet)
      throws IOException {
    Descriptor sent;
    try (ProgressDisplay display = ProgressDisplay.of(session, quiet)) {
      sent = new Push(target.store, target.registries, target.compression, display).push(name);
    }
    if (quiet) {
      session.out().println(name);
    } else {
      session.out().printf("%s: digest: %s size: %d%n", name.tag(), sent.digest(), sent.size());
    }
  }

  private static Compression compression(Flags flags) {
    String kind = flags.last("compress");
    return switch (kind == null ? "gzip" : kind) {
      case "gzip" -> Compression.GZIP;
      case "zstd" -> Compression.ZSTD;
      default -> throw flags.invalid("compress", String.valueOf(kind), "it is gzip or zstd");
    };
  }
}
