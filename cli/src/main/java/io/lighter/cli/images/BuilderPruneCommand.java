package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.build.BuildCachePruning;
import io.lighter.images.docker.HumanUnits;
import io.lighter.images.docker.ImageFilter;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Reclaimed;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.commons.cli.Option;
import org.jspecify.annotations.Nullable;

/** {@code lighter builder prune}. */
final class BuilderPruneCommand implements ImageCommand {
  @Override
  public String usage() {
    return "builder prune [OPTIONS]";
  }

  @Override
  public String description() {
    return "Remove what builds have kept for later builds";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        onOff("a", "all", "Also the steps of images that are there, and folders of caches"),
        valued("", "filter", "filter", "Only what was not used since: until=24h"),
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
    Instant before = before(flags.all("filter"));
    boolean all = flags.isOn("all", false);
    String warning =
        all ? "This will remove all build cache." : "This will remove all dangling build cache.";
    if (!flags.isOn("force", false) && !PruneCommand.isSure(session, warning)) {
      return 0;
    }
    ImageStore store = session.store();
    Reclaimed reclaimed = new BuildCachePruning(store).prune(all, before);
    session.out().println("Total:\t" + HumanUnits.size(reclaimed.bytes()));
    return 0;
  }

  private static @Nullable Instant before(List<String> filters) {
    Instant before = null;
    for (String filter : filters) {
      if (!filter.startsWith("until=")) {
        throw new UsageException("invalid filter '" + filter + "': until=TIME is there");
      }
      before = ImageFilter.time(filter.substring("until=".length()), Instant.now());
    }
    return before;
  }
}
