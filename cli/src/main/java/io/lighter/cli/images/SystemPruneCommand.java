package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.images.build.BuildCachePruning;
import io.lighter.images.docker.HumanUnits;
import io.lighter.images.docker.ImageFilter;
import io.lighter.images.store.ImageRemoval;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Reclaimed;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter system prune}: images and the cache of builds; nothing else is kept yet. */
final class SystemPruneCommand implements ImageCommand {
  @Override
  public String usage() {
    return "system prune [OPTIONS]";
  }

  @Override
  public String description() {
    return "Remove images without a name and what builds have kept";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        onOff("a", "all", "Remove all images and all that builds have kept"),
        valued("", "filter", "filter", "Only images that pass: until=, label=, label!="),
        onOff("f", "force", "Do not ask"));
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
    boolean all = flags.isOn("all", false);
    String warning =
        "This will remove:\n  - all %simages\n  - %s build cache\n"
            .formatted(all ? "" : "dangling ", all ? "all" : "unused");
    ImageStore store = session.store();
    ImageFilter filter =
        ListCommand.filter(new ImageFilter(store, Instant.now()), flags.all("filter"));
    if (!flags.isOn("force", false) && !PruneCommand.isSure(session, warning)) {
      return 0;
    }
    ImageRemoval.Removed removed = PruneCommand.remove(store, filter, all);
    RemoveCommand.print(session, removed);
    Reclaimed cache = new BuildCachePruning(store).prune(all, null);
    session
        .out()
        .println("Total reclaimed space: " + HumanUnits.size(removed.bytes() + cache.bytes()));
    return 0;
  }
}
