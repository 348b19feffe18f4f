package io.lighter.images.registry.server.storage;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;

/** A manifest refers to what the repository has not got. */
public final class MissingContentException extends ImageException {
  private static final long serialVersionUID = 1;

  MissingContentException(Digest digest) {
    super(digest + " is not in the repository: push it first");
  }
}
