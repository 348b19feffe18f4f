package io.lighter.runtime.logs;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import java.util.List;

/**
 * Where the log of one container comes from. The descriptors are the pipeline's once they are added
 * to it, and are closed by it.
 */
public final class LogSources {
  private final List<StreamSource> streams;

  private LogSources(List<StreamSource> streams) {
    this.streams = streams;
  }

  /**
   * Two pipes.
   *
   * @param stdout the reading end of the pipe that is the container's standard output
   * @param stderr the same of its standard error
   */
  public static LogSources pipes(Linux linux, Fd stdout, Fd stderr) {
    return new LogSources(
        List.of(
            StreamSource.ofPipe(linux, LogStream.STDOUT, stdout),
            StreamSource.ofPipe(linux, LogStream.STDERR, stderr)));
  }

  /** One pipe, that is both. */
  public static LogSources pipe(Linux linux, Fd output) {
    return new LogSources(List.of(StreamSource.ofPipe(linux, LogStream.STDOUT, output)));
  }

  /**
   * A terminal, whose line ends the container writes as they are: {@code \r\n} stays.
   *
   * @param master its master; nobody else may read from it
   * @param relay a pipe of {@link LogPipes#create}, empty or as an earlier process has left it;
   *     whoever keeps the master for a later process keeps both ends of this too
   */
  public static LogSources terminal(Linux linux, Fd master, Pipe relay) {
    return new LogSources(List.of(StreamSource.ofTerminal(linux, master, relay)));
  }

  List<StreamSource> streams() {
    return streams;
  }
}
