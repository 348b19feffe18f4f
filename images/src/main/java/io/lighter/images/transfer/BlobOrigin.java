package io.lighter.images.transfer;

import io.lighter.images.Descriptor;
import java.io.IOException;
import java.io.InputStream;

/** Where the blobs of an image come from. Safe for use by several threads. */
@FunctionalInterface
public interface BlobOrigin {

  /**
   * Opens a blob. Neither digest nor size need to have been checked.
   *
   * @param offset of the first byte that is wanted
   */
  InputStream open(Descriptor blob, long offset) throws IOException;
}
