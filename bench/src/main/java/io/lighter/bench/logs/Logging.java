package io.lighter.bench.logs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Something that keeps the logs of containers. */
interface Logging extends AutoCloseable {
  /** The key in tables and plots. */
  String name();

  /** What exactly logs, which version, and what is on disk. */
  String description();

  /** The cgroup of the processes that log, and of nothing else. */
  LoggerGroup group();

  /**
   * Starts a container with the writer in it.
   *
   * @param folder of this turn alone, for the log
   */
  Turn start(LogWriter writer, Path folder) throws IOException, InterruptedException;

  /** Whether the log is in CRI's format. */
  default boolean isInRecords() {
    return false;
  }

  /** One container. */
  interface Turn {
    /** The files that have the log, the oldest first. */
    List<Path> logs() throws IOException;

    /** Waits for the end of the container, whose writer has been let go, and removes it. */
    void finish() throws IOException, InterruptedException;
  }

  /** Ends what it runs. */
  @Override
  void close() throws IOException;
}
