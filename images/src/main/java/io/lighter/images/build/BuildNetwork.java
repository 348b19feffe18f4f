package io.lighter.images.build;

/** Which network the commands of a build have unless they say otherwise. */
public enum BuildNetwork {
  /** None but their own loopback. */
  NONE,
  /** The host's. */
  HOST
}
