package io.lighter.images.archive;

import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import java.util.List;

/**
 * An image that is to be saved.
 *
 * @param image in the store
 * @param names that it gets again where it is loaded; empty when it was chosen by its id
 */
public record SaveSelection(ImageRecord image, List<Reference> names) {
  /** Copies the list. */
  public SaveSelection {
    names = List.copyOf(names);
  }
}
