package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.NamedImage;
import java.io.IOException;
import java.time.Instant;
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
    byte[] config = built.config().toBytes();
    Descriptor configuration = Descriptor.of(MediaTypes.OCI_CONFIG, config);
    List<Descriptor> archives = built.archives();
    byte[] manifest =
        ImageManifest.of(MediaTypes.OCI_MANIFEST, configuration, archives).toBytes();
    built.store().blobs().put(built.lease(), config);
    built.store().blobs().put(built.lease(), manifest);
    Descriptor document = Descriptor.of(MediaTypes.OCI_MANIFEST, manifest);
    ImageRecord record =
        new ImageRecord(
            document,
            configuration,
            archives,
            built.config().diffIds(),
            built.size(),
            built.parent(),
            Instant.now(),
            null);
    List<NamedImage> named =
        names.stream().map(name -> new NamedImage(name, record.id(), document)).toList();
    built.store().put(record, named);
    return new BuildResult(built.config(), record);
  }
}
