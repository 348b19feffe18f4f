package io.lighter.cli.images;

import io.lighter.cli.flags.Flags;
import io.lighter.images.ImageException;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageLookup;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.NamedImage;
import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter tag}. */
final class TagCommand implements ImageCommand {
  @Override
  public String usage() {
    return "tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]";
  }

  @Override
  public String description() {
    return "Give an image a further name";
  }

  @Override
  public List<Option> flags() {
    return List.of();
  }

  @Override
  public int least() {
    return 2;
  }

  @Override
  public int most() {
    return 2;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    ImageStore store = session.store();
    ImageRecord image = new ImageLookup(store).find(flags.operands().getFirst()).image();
    Reference name = Reference.parse(flags.operands().get(1));
    if (name.digest() != null) {
      throw new ImageException("refusing to create a tag with a digest reference");
    }
    store.tag(image.id(), List.of(new NamedImage(name, image.id(), image.manifest())));
    return 0;
  }
}
