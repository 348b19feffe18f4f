package io.lighter.images.archive;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The images of an OCI layout: those of its index, and of indexes below it the one that suits.
 *
 * @param images in the order of the index, each once with all its names
 */
record LayoutImages(List<Image> images) {
  static final LayoutImages NONE = new LayoutImages(List.of());
  private static final int MAX_DEPTH = 4;

  /** Copies the list. */
  LayoutImages {
    images = List.copyOf(images);
  }

  /**
   * An image.
   *
   * @param manifest of it
   * @param config its id
   * @param names that it gets
   */
  record Image(Descriptor manifest, Digest config, List<Reference> names) {
    String path() {
      return LayoutImages.path(manifest.digest());
    }
  }

  private static String path(Digest digest) {
    return "blobs/" + digest.algorithm() + "/" + digest.hex();
  }

  static LayoutImages read(ArchiveContent content, Platform platform, byte[] index)
      throws IOException {
    Map<Digest, Image> found = new LinkedHashMap<>();
    for (Descriptor entry : ImageIndex.read(MediaTypes.OCI_INDEX, index).manifests()) {
      Descriptor manifest = chosen(content, platform, entry, 0);
      if (manifest == null) {
        continue;
      }
      Digest config =
          ImageManifest.read(manifest.mediaType(), content.content(path(manifest.digest())))
              .config()
              .digest();
      List<Reference> names = new ArrayList<>();
      Image before = found.get(manifest.digest());
      if (before != null) {
        names.addAll(before.names());
      }
      Reference name = ImageArchiveReader.nameOf(entry.annotations());
      if (name != null && !names.contains(name)) {
        names.add(name);
      }
      found.put(manifest.digest(), new Image(manifest, config, List.copyOf(names)));
    }
    return new LayoutImages(List.copyOf(found.values()));
  }

  private static @Nullable Descriptor chosen(
      ArchiveContent content, Platform platform, Descriptor entry, int depth) throws IOException {
    if (MediaTypes.isManifest(entry.mediaType())) {
      Platform of = entry.platform();
      boolean attestation = of != null && of.os().equals("unknown");
      return attestation ? null : entry;
    }
    if (!MediaTypes.isIndex(entry.mediaType())) {
      throw new ImageException(
          "index.json: the type \"" + entry.mediaType() + "\" of a manifest is not known");
    }
    if (depth == MAX_DEPTH) {
      throw new ImageException("index.json leads from index to index and to no image");
    }
    ImageIndex below = ImageIndex.read(entry.mediaType(), content.content(path(entry.digest())));
    return chosen(content, platform, below.choose(platform), depth + 1);
  }

  Map<Digest, Image> byConfig() {
    Map<Digest, Image> all = new LinkedHashMap<>();
    images.forEach(image -> all.putIfAbsent(image.config(), image));
    return all;
  }
}
