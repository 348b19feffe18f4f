package io.lighter.images.build;

import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.NamedImage;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The image goes into the store.
 *
 * @param names that it gets
 * @param options how it is written
 */
public record StoreOutput(List<Reference> names, ExportOptions options) implements BuildOutput {
  public StoreOutput {
    names = List.copyOf(names);
  }

  /** As the store keeps images. */
  public StoreOutput(List<Reference> names) {
    this(names, ExportOptions.DEFAULT);
  }

  @Override
  public String name() {
    return "exporting to image";
  }

  @Override
  public BuildResult write(BuiltImage built, BuildResult before, Consumer<String> told)
      throws IOException {
    options.checkOfOneImage();
    ImageRecord record = new ImageExport(built, options).write();
    built
        .store()
        .put(
            record,
            names.stream()
                .map(name -> new NamedImage(name, record.id(), record.manifest()))
                .toList());
    return new BuildResult(built.config(), record);
  }
}
