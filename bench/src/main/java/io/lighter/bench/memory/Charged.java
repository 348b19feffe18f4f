package io.lighter.bench.memory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Something whose starts are charged to a cgroup. */
interface Charged extends AutoCloseable {

  /** One sentence for the page. */
  String description() throws IOException, InterruptedException;

  /** Starts a command that goes on, without a limit. */
  Running start(List<String> command) throws IOException, InterruptedException;

  /**
   * Runs a command to its end.
   *
   * @param limit of memory, bytes
   * @return whether it could be started and ended with 0
   */
  boolean runs(List<String> command, long limit) throws IOException, InterruptedException;

  @Override
  default void close() throws IOException {}

  /** A start, until it is removed. */
  interface Running extends AutoCloseable {

    /** The folder of its cgroup. */
    Path cgroup();

    /** Ends what still runs and removes all of it. */
    @Override
    void close() throws IOException;
  }
}
