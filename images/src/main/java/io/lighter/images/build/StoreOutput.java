package io.lighter.images.build;

import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.NewImage;
import java.io.IOException;
import java.util.List;

/**
 * The image goes into the store.
 *
 * @param names that it gets
 */
public record StoreOutput(List<Reference> names) implements BuildOutput {
  public StoreOutput {
    names = List.copyOf(names);
  }

  @Override
  public String name() {
    return "exporting to image";
  }

  @Override
  public BuildResult write(BuiltImage built, BuildResult before) throws IOException {
    ImageRecord record =
        new NewImage(built.config(), built.archives(), built.parent())
            .put(built.store(), built.lease(), names);
    return new BuildResult(built.config(), record);
  }
}
