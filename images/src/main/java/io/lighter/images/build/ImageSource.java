package io.lighter.images.build;

import io.lighter.images.Platform;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.Lease;
import java.io.IOException;

/** Where base images come from. Safe for use by many threads. */
@FunctionalInterface
public interface ImageSource {
  /**
   * Returns an image that is in the store, with its layers unpacked, and keeps it by the lease.
   *
   * @param name as the Dockerfile has it
   * @param always a registry is asked also when the store has it
   * @throws io.lighter.images.ImageException when it is not to be had, with the reason
   */
  ImageRecord find(String name, Platform platform, boolean always, Lease lease) throws IOException;
}
