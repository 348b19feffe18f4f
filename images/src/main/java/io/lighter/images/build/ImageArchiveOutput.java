package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.archive.ImageArchiveWriter;
import io.lighter.images.archive.SaveSelection;
import io.lighter.images.reference.Reference;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The image goes into an archive that is an OCI layout and Docker's archive at once, and not into
 * the store.
 *
 * @param names that it has there
 * @param options how it is written
 * @param out not closed
 */
public record ImageArchiveOutput(List<Reference> names, ExportOptions options, OutputStream out)
    implements BuildOutput {
  public ImageArchiveOutput {
    names = List.copyOf(names);
  }

  @Override
  public String name() {
    return "exporting to an archive of the image";
  }

  @Override
  public BuildResult write(BuiltImage built, BuildResult before, Consumer<String> told)
      throws IOException {
    options.checkOfOneImage();
    SaveSelection selection = new SaveSelection(new ImageExport(built, options).write(), names);
    new ImageArchiveWriter(built.store()).write(List.of(selection), out);
    return before;
  }

  @Override
  public BuildResult writeIndex(List<BuiltImage> images, BuildResult before, Consumer<String> told)
      throws IOException {
    IndexExport export = IndexExport.write(images, names, options);
    Descriptor index =
        export
            .index()
            .withAnnotations(
                Annotation.of(options.annotations(), Annotation.Level.INDEX_DESCRIPTOR, null));
    List<Descriptor> blobs = new ArrayList<>(export.blobs());
    blobs.addAll(export.manifests());
    new ImageArchiveWriter(images.getFirst().store()).writeIndex(index, blobs, names, out);
    return new BuildResult(before.config(), before.image(), export.index());
  }
}
