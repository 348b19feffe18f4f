package io.lighter.bench.start;

import java.io.IOException;

/** Something that starts the container under test, again and again, and says when what happened. */
public interface Subject extends AutoCloseable {

  /** The name in data, plots and tables: {@code crun}. */
  String name();

  /** One sentence for the page: what exactly is timed, and its version. */
  String description();

  /**
   * Carries out one turn of {@code load}.
   *
   * @throws StartFailedException when a start failed or a payload did not exit with 0
   */
  Round run(Load load) throws IOException, InterruptedException;

  /** Runs the container once with a payload that prints {@link ContainerView what it sees}. */
  String view() throws IOException, InterruptedException;

  @Override
  default void close() throws IOException {}
}
