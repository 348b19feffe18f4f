package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.images.docker.HumanUnits;
import io.lighter.images.docker.ImageFilter;
import io.lighter.images.docker.ImageSummary;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageRemoval;
import io.lighter.images.store.ImageStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Option;

/** {@code lighter image prune}. */
final class PruneCommand implements ImageCommand {
  @Override
  public String usage() {
    return "image prune [OPTIONS]";
  }

  @Override
  public String description() {
    return "Remove images that have no name";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        onOff("a", "all", "Remove all images, those with names too"),
        valued("", "filter", "filter", "Only those that pass: until=, label=, label!="),
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
    ImageStore store = session.store();
    ImageFilter filter =
        ListCommand.filter(new ImageFilter(store, Instant.now()), flags.all("filter"));
    String warning = all ? "This will remove all images." : "This will remove all dangling images.";
    if (!flags.isOn("force", false) && !isSure(session, warning)) {
      return 0;
    }
    ImageRemoval.Removed removed = remove(store, filter, all);
    if (!removed.deleted().isEmpty()) {
      session.out().println("Deleted Images:");
      removed.untagged().forEach(name -> session.out().println("untagged: " + name));
      removed.deleted().forEach(id -> session.out().println("deleted: " + id));
      session.out().println();
    }
    session.out().println("Total reclaimed space: " + HumanUnits.size(removed.bytes()));
    return 0;
  }

  /** Removes images that pass: those without a name, or all. */
  static ImageRemoval.Removed remove(ImageStore store, ImageFilter filter, boolean all)
      throws IOException {
    List<ImageRecord> images =
        filter.apply(ImageSummary.list(store)).stream()
            .filter(image -> all || image.isDangling())
            .map(ImageSummary::image)
            .toList();
    return new ImageRemoval(store).delete(images);
  }

  /** Asks, and takes no answer for a no. */
  static boolean isSure(ImageSession session, String warning) throws IOException {
    session.out().print("WARNING! " + warning + "\nAre you sure you want to continue? [y/N] ");
    session.out().flush();
    String answer =
        new BufferedReader(new InputStreamReader(session.in(), StandardCharsets.UTF_8)).readLine();
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }
}
