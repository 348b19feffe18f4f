package io.lighter.images.docker;

import io.lighter.images.Digest;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.NamedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An image in a list.
 *
 * @param image the record
 * @param created seconds since 1970, 0 where that is not known
 * @param labels of its configuration
 * @param tags names with a tag
 * @param digests names with a digest
 */
public record ImageSummary(
    ImageRecord image,
    long created,
    Map<String, String> labels,
    List<Reference> tags,
    List<Reference> digests) {

  /** Copies the collections. */
  public ImageSummary {
    labels = Map.copyOf(labels);
    tags = List.copyOf(tags);
    digests = List.copyOf(digests);
  }

  /** Whether no name with a tag stands for it. */
  public boolean isDangling() {
    return tags.isEmpty();
  }

  /** Returns all images of a store, the newest first. */
  public static List<ImageSummary> list(ImageStore store) throws IOException {
    Map<Digest, List<Reference>> tags = new HashMap<>();
    Map<Digest, List<Reference>> digests = new HashMap<>();
    for (NamedImage named : store.names()) {
      (named.name().digest() == null ? tags : digests)
          .computeIfAbsent(named.id(), _ -> new ArrayList<>())
          .add(named.name());
    }
    List<ImageSummary> all = new ArrayList<>();
    for (ImageRecord image : store.images()) {
      ImageConfig config = store.config(image);
      all.add(
          new ImageSummary(
              image,
              ImageHistory.seconds(config.created()),
              config.config().labels(),
              tags.getOrDefault(image.id(), List.of()),
              digests.getOrDefault(image.id(), List.of())));
    }
    all.sort(
        Comparator.comparingLong(ImageSummary::created)
            .reversed()
            .thenComparing(summary -> summary.image().id()));
    return all;
  }
}
