package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;

/**
 * A manifest or index as a registry has it.
 *
 * @param mediaType by which it came or goes
 * @param digest of its bytes, which has been checked
 * @param bytes verbatim; not copied, so not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // carried along, never compared
public record RemoteManifest(String mediaType, Digest digest, byte[] bytes) {

  /**
   * Checks the digest.
   *
   * @throws ImageException when it is that of other bytes
   */
  public RemoteManifest {
    Digest actual = digest.sameAlgorithm(digest.newMessageDigest().digest(bytes));
    if (!actual.equals(digest)) {
      throw new ImageException("the manifest " + digest + " has the digest " + actual);
    }
  }

  /** One that we have made. */
  public static RemoteManifest of(String mediaType, byte[] bytes) {
    return new RemoteManifest(mediaType, Digest.of(bytes), bytes);
  }

  /** Returns what an index says of it. */
  public Descriptor descriptor() {
    return new Descriptor(mediaType, digest, bytes.length);
  }
}
