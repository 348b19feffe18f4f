package io.lighter.cli.images;

import io.lighter.cli.flags.Flags;
import io.lighter.overlay.Change;
import io.lighter.overlay.LayerChanges;
import io.lighter.overlay.OverlayOptions;
import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter diff}. */
final class DiffCommand implements ImageCommand {
  @Override
  public String usage() {
    return "diff CONTAINER";
  }

  @Override
  public String description() {
    return "Show what a container has changed: A added, C changed, D deleted";
  }

  @Override
  public List<Option> flags() {
    return List.of();
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
    try (ContainerFiles files =
        ContainerFiles.open(session, session.store(), flags.operands().getFirst())) {
      LayerChanges changes =
          new LayerChanges(
              session.linux(), files.layers(), files.writable(), OverlayOptions.DEFAULTS);
      for (Change change : changes.toList()) {
        session.out().println(kind(change.kind()) + " /" + change.path());
      }
    }
    return 0;
  }

  private static String kind(Change.Kind kind) {
    return switch (kind) {
      case ADDED -> "A";
      case DELETED -> "D";
      default -> "C";
    };
  }
}
