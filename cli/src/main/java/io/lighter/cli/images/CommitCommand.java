package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cli.flags.Flags;
import io.lighter.images.ImageException;
import io.lighter.images.archive.ContainerCommit;
import io.lighter.images.build.ConfigChanges;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.cli.Option;
import org.jspecify.annotations.Nullable;

/** {@code lighter commit}. */
final class CommitCommand implements ImageCommand {
  private static final Duration FREEZING = Duration.ofSeconds(10);

  @Override
  public String usage() {
    return "commit [OPTIONS] CONTAINER [REPOSITORY[:TAG]]";
  }

  @Override
  public String description() {
    return "Make an image of what a container has changed";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        valued("a", "author", "string", "Author of the image"),
        valued("c", "change", "list", "Apply a Dockerfile instruction to the image"),
        valued("m", "message", "string", "Message for the history"),
        onOff("p", "pause", "Pause the container meanwhile (default true)"));
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public int most() {
    return 2;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    Reference name = flags.operands().size() < 2 ? null : Reference.parse(flags.operands().get(1));
    if (name != null && name.digest() != null) {
      throw new ImageException("refusing to create a tag with a digest reference");
    }
    ImageStore store = session.store();
    try (ContainerFiles files = ContainerFiles.open(session, store, flags.operands().getFirst())) {
      ContainerConfig before = files.container().config();
      ContainerConfig config = ConfigChanges.apply(before, flags.all("change"));
      List<String> command = new ArrayList<>(before.entrypoint());
      command.addAll(before.cmd());
      ContainerCommit.Statement statement =
          new ContainerCommit.Statement(
              config,
              Objects.requireNonNullElse(flags.last("author"), ""),
              Objects.requireNonNullElse(flags.last("message"), ""),
              String.join(" ", command),
              name);
      try (@Nullable Cgroup paused =
          flags.isOn("pause", true) ? pause(session, files.container().cgroup()) : null) {
        ImageRecord image;
        try {
          image =
              new ContainerCommit(store)
                  .run(files.image(), files.layers(), files.writable(), statement);
        } finally {
          if (paused != null) {
            paused.thaw();
          }
        }
        session.out().println(image.id());
      }
    }
    return 0;
  }

  private static @Nullable Cgroup pause(ImageSession session, @Nullable String path) {
    Cgroup cgroup = path == null ? null : CgroupTree.locate(session.linux()).openIfExists(path);
    if (cgroup != null) {
      cgroup.freeze(FREEZING);
    }
    return cgroup;
  }
}
