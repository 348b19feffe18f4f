package io.lighter.images.archive;

import io.lighter.images.Digest;
import io.lighter.images.reference.Reference;
import java.util.List;

/**
 * An image that was loaded.
 *
 * @param id of it
 * @param names that it got
 */
public record LoadedImage(Digest id, List<Reference> names) {
  /** Copies the list. */
  public LoadedImage {
    names = List.copyOf(names);
  }
}
