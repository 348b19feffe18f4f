package io.lighter.images.dockerfile;

/** Which network a command has: {@code RUN --network}. */
public enum RunNetwork {
  /** What the build has. */
  DEFAULT,
  /** None but its own loopback. */
  NONE,
  /** The host's. */
  HOST
}
