package io.lighter.images.build;

import org.jspecify.annotations.Nullable;

/** Where the Dockerfile is. */
public sealed interface DockerfileSource {
  /** In the context, at a path from its top. */
  record InContext(String path) implements DockerfileSource {}

  /**
   * Elsewhere.
   *
   * @param name what messages call it
   * @param ignore the text of {@code NAME.dockerignore} beside it, null when there is none
   */
  record Text(String name, String text, @Nullable String ignore) implements DockerfileSource {}
}
