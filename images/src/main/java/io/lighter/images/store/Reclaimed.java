package io.lighter.images.store;

import io.lighter.images.Digest;
import java.util.List;

/**
 * What a collection of garbage removed.
 *
 * @param blobs content that nothing named
 * @param layers unpacked ones
 * @param bytes of both
 */
public record Reclaimed(List<Digest> blobs, List<Digest> layers, long bytes) {
  /** Copies the lists. */
  public Reclaimed {
    blobs = List.copyOf(blobs);
    layers = List.copyOf(layers);
  }
}
