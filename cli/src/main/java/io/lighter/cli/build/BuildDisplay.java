package io.lighter.cli.build;

import io.lighter.images.build.Progress;

/** Shows how a build goes on. */
interface BuildDisplay extends Progress, AutoCloseable {
  /** Tells of an image that is fetched. */
  void note(String part, String status);

  /** Ends the display; what is shown stays. Idempotent. */
  void end();

  @Override
  default void close() {
    end();
  }
}
