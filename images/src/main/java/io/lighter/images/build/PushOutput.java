package io.lighter.images.build;

import io.lighter.images.compression.Compression;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.transfer.Push;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The image goes into the store, and from there to the registries that its names say.
 *
 * @param names at least one
 * @param options of which the compression is GZIP when it is not said
 * @param registries opened when the image is there
 */
public record PushOutput(
    List<Reference> names, ExportOptions options, Supplier<Registries> registries)
    implements BuildOutput {
  public PushOutput {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new BuildException("an image is pushed by its name; give it one by --tag");
    }
  }

  @Override
  public String name() {
    return "exporting to image and pushing";
  }

  @Override
  public BuildResult write(BuiltImage built, BuildResult before, Consumer<String> told)
      throws IOException {
    ImageRecord image =
        Objects.requireNonNull(new StoreOutput(names, options).write(built, before, told).image());
    Compression compression =
        options.compression() == null ? Compression.GZIP : options.compression();
    Registries open = registries.get();
    for (Reference name : names) {
      told.accept("pushing " + name);
      new Push(
              built.store(),
              open,
              compression,
              event -> {
                if (event.current() == 0) {
                  told.accept(
                      event.id().isEmpty() ? event.status() : event.id() + ": " + event.status());
                }
              })
          .push(name);
    }
    // The push has compressed the layers, and the store knows the image so now.
    ImageRecord pushed = built.store().get(image.id());
    return new BuildResult(built.config(), pushed == null ? image : pushed);
  }

  @Override
  public BuildResult writeIndex(List<BuiltImage> images, BuildResult before, Consumer<String> told)
      throws IOException {
    for (Annotation each : options.annotations()) {
      if (each.level() == Annotation.Level.INDEX_DESCRIPTOR) {
        throw new BuildException(
            "the annotation %s is of a layout, and a registry has none; use type=oci"
                .formatted(each.key()));
      }
    }
    IndexExport export = IndexExport.write(images, names, options.compressed());
    IndexPush push = new IndexPush(images.getFirst().store(), registries.get(), told);
    for (Reference name : names) {
      told.accept("pushing " + name);
      push.push(export, name);
    }
    return new BuildResult(before.config(), before.image(), export.index());
  }
}
