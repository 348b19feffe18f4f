package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;

import io.lighter.cli.flags.Flags;
import io.lighter.images.ImageException;
import io.lighter.images.store.ImageRemoval;
import io.lighter.images.store.ImageStore;
import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter rmi}. */
final class RemoveCommand implements ImageCommand {
  private final String name;

  RemoveCommand(String name) {
    this.name = name;
  }

  @Override
  public String usage() {
    return name + " [OPTIONS] IMAGE [IMAGE...]";
  }

  @Override
  public String description() {
    return "Remove images";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        onOff("f", "force", "Also an image with names in several repositories"),
        onOff("", "no-prune", "Keep untagged parents (which are kept always)"));
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public int most() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    ImageStore store = session.store();
    boolean force = flags.isOn("force", false);
    int status = 0;
    for (String operand : flags.operands()) {
      try {
        print(session, new ImageRemoval(store).remove(operand, force));
      } catch (ImageException e) {
        session.err().println("Error: " + e.getMessage());
        boolean missing = String.valueOf(e.getMessage()).startsWith("No such image");
        status = force && missing ? status : 1;
      }
    }
    return status;
  }

  static void print(ImageSession session, ImageRemoval.Removed removed) {
    removed.untagged().forEach(name -> session.out().println("Untagged: " + name));
    removed.deleted().forEach(id -> session.out().println("Deleted: " + id));
  }
}
