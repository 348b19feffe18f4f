package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes images by Docker's rules: a name is taken away; with its last name an image goes, and
 * with the image the layers that no other has.
 */
public final class ImageRemoval {
  private final ImageStore store;

  /** Removes from a store. */
  public ImageRemoval(ImageStore store) {
    this.store = store;
  }

  /**
   * What was removed.
   *
   * @param untagged names as people read them
   * @param deleted images and then layers, these by their chainIDs
   * @param bytes that were freed
   */
  public record Removed(List<String> untagged, List<Digest> deleted, long bytes) {
    /** Copies the lists. */
    public Removed {
      untagged = List.copyOf(untagged);
      deleted = List.copyOf(deleted);
    }
  }

  /**
   * Removes what a name or an id says.
   *
   * @param force also an id that names of several repositories stand for
   * @throws ImageException when there is no such image, or it would take force
   */
  public Removed remove(String text, boolean force) throws IOException {
    ImageLookup.Found found = new ImageLookup(store).find(text);
    ImageRecord image = found.image();
    List<Reference> names = namesOf(image.id());
    Reference name = found.name();
    List<Reference> going = name == null ? byId(image, names, force) : byName(name, names);
    List<Reference> gone = store.untag(going);
    List<String> untagged = gone.stream().map(Reference::familiar).toList();
    if (gone.size() < names.size()) {
      return new Removed(untagged, List.of(), 0);
    }
    return delete(List.of(image), untagged);
  }

  private static List<Reference> byId(ImageRecord image, List<Reference> names, boolean force) {
    long repositories = names.stream().map(Reference::name).distinct().count();
    if (repositories > 1 && !force) {
      throw new ImageException(
          "conflict: unable to delete %s (must be forced) - image is referenced in multiple repositories"
              .formatted(image.id().shortHex()));
    }
    return names;
  }

  /** The last tag of a repository takes the digests of that repository with it. */
  private static List<Reference> byName(Reference name, List<Reference> names) {
    List<Reference> going = new ArrayList<>(List.of(name));
    List<Reference> sameRepository =
        names.stream().filter(other -> other.name().equals(name.name())).toList();
    boolean otherTags =
        sameRepository.stream().anyMatch(other -> other.tag() != null && !other.equals(name));
    if (name.tag() != null && !otherTags) {
      sameRepository.stream().filter(other -> other.tag() == null).forEach(going::add);
    }
    return going;
  }

  /** Removes images with whatever names they have. */
  public Removed delete(List<ImageRecord> images) throws IOException {
    List<String> untagged = new ArrayList<>();
    for (ImageRecord image : images) {
      namesOf(image.id()).forEach(name -> untagged.add(name.familiar()));
    }
    return delete(images, untagged);
  }

  private Removed delete(List<ImageRecord> images, List<String> untagged) throws IOException {
    List<Digest> deleted = new ArrayList<>();
    List<ImageConfig> configs = new ArrayList<>();
    for (ImageRecord image : images) {
      configs.add(store.config(image));
      if (store.remove(image.id())) {
        deleted.add(image.id());
      }
    }
    Reclaimed reclaimed = store.collectGarbage();
    Set<Digest> layers = new HashSet<>(reclaimed.layers());
    Set<Digest> chains = new HashSet<>();
    for (ImageConfig config : configs) {
      for (int i = config.diffIds().size(); i > 0; i--) {
        Digest chain = config.chainId(i);
        if (layers.contains(config.diffIds().get(i - 1)) && chains.add(chain)) {
          deleted.add(chain);
        }
      }
    }
    return new Removed(untagged, deleted, reclaimed.bytes());
  }

  private List<Reference> namesOf(Digest id) throws IOException {
    return store.names().stream()
        .filter(image -> image.id().equals(id))
        .map(NamedImage::name)
        .toList();
  }
}
