package io.lighter.images.transfer;

import io.lighter.images.Digest;
import io.lighter.images.store.ImageStore;
import java.io.IOException;
import java.util.List;

/** What images take. */
public final class ImageSizes {
  private ImageSizes() {}

  /** The bytes of all files in layers. */
  public static long of(ImageStore store, List<Digest> diffIds) throws IOException {
    long size = 0;
    for (Digest diffId : diffIds) {
      size += store.layers().size(diffId);
    }
    return size;
  }
}
