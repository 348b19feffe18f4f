package io.lighter.bench.images;

import java.io.IOException;
import java.nio.file.Path;

/** An engine that runs already, and is asked without a program that is started for that. */
interface RunningEngine extends AutoCloseable {
  /**
   * Builds, all of it from the cache.
   *
   * @throws IOException also when it was not
   */
  void build(Path context, String image) throws IOException;

  @Override
  void close();
}
