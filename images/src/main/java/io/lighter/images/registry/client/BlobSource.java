package io.lighter.images.registry.client;

import java.io.IOException;
import java.io.InputStream;

/** Content to be sent, which can be read again from anywhere: a transfer may break and go on. */
@FunctionalInterface
public interface BlobSource {

  /**
   * Opens the content.
   *
   * @param offset in bytes from the start, at most the size
   */
  InputStream open(long offset) throws IOException;
}
