package io.lighter.images.store;

import io.lighter.images.Digest;
import java.util.HashSet;
import java.util.Set;

/** What must stay. */
final class Marked {
  private final Set<Digest> blobs = new HashSet<>();
  private final Set<Digest> layers = new HashSet<>();

  void blob(Digest digest) {
    blobs.add(digest);
  }

  void layer(Digest diffId) {
    layers.add(diffId);
  }

  boolean hasBlob(Digest digest) {
    return blobs.contains(digest);
  }

  boolean hasLayer(Digest diffId) {
    return layers.contains(diffId);
  }
}
