package io.lighter.images.transfer;

import io.lighter.images.Digest;

/** A manifest or an index, as it came: its type, its bytes, and their digest. */
public final class Document {
  private final String mediaType;
  private final Digest digest;
  private final byte[] content;

  /**
   * Holds a document.
   *
   * @param mediaType one of {@link io.lighter.images.MediaTypes#MANIFESTS}
   * @param digest of the bytes
   * @param content the bytes, which nobody changes any more
   */
  public Document(String mediaType, Digest digest, byte[] content) {
    this.mediaType = mediaType;
    this.digest = digest;
    this.content = content;
  }

  /** One of {@link io.lighter.images.MediaTypes#MANIFESTS}. */
  public String mediaType() {
    return mediaType;
  }

  /** Of the bytes. */
  public Digest digest() {
    return digest;
  }

  /** The bytes, to be read only. */
  public byte[] content() {
    return content;
  }
}
