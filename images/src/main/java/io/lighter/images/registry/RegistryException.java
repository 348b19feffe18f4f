package io.lighter.images.registry;

import io.lighter.images.ImageException;

/** A registry could not be reached, refused, or said what cannot be so. The message names it. */
public final class RegistryException extends ImageException {
  private static final long serialVersionUID = 1;

  /** What is the matter, as far as a caller may want to act on it. */
  public enum Kind {
    /** There is no such repository, tag, manifest or blob. */
    NOT_FOUND,
    /** It is not known who we are (401): log in. */
    UNAUTHORIZED,
    /** It is known, and not allowed (403). */
    DENIED,
    /** The registry refused, or cannot do it; trying again does not help. */
    REFUSED,
    /** Not reached, broken off, hanging, overloaded: trying again later may help. */
    UNAVAILABLE,
    /** What came is not what was asked for: a wrong digest, length or type. */
    CORRUPT
  }

  private final Kind kind;

  public RegistryException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public RegistryException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the registry said that there is no such thing. */
  public boolean isNotFound() {
    return kind == Kind.NOT_FOUND;
  }
}
