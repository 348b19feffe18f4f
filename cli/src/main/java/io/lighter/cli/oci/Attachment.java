package io.lighter.cli.oci;

import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.ConsoleSize;
import io.lighter.runtime.spec.Process;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a process of a container is attached to: our streams, or a terminal of its own. */
final class Attachment {
  /** Our own, as they are: who goes on with the container reads and writes at their other ends. */
  static final Stdio OWN_STREAMS =
      new Stdio(Fd.STANDARD_INPUT, Fd.STANDARD_OUTPUT, Fd.STANDARD_ERROR);

  private static final WindowSize UNKNOWN = new WindowSize(0, 0);

  private Attachment() {}

  /**
   * Refuses what does not go together.
   *
   * @param detach whether the process lives on when this one has ended
   */
  static void check(boolean terminal, boolean detach, @Nullable Path console) {
    if (terminal && detach && console == null) {
      throw new UsageException(
          "the process has a terminal, and nobody would have its master: give --console-socket, or"
              + " set process.terminal to false");
    }
    if (console != null && !detach) {
      throw new UsageException(
          "--console-socket goes with --detach: in the foreground the terminal is joined to ours");
    }
    if (console != null && !terminal) {
      throw new UsageException(
          "--console-socket: the process has no terminal; set process.terminal to true");
    }
    if (terminal && !detach && !Linux.kernel().terminals().isatty(Fd.STANDARD_INPUT)) {
      throw new UsageException(
          "the process has a terminal, and standard input is none: set process.terminal to false,"
              + " or give --detach and --console-socket");
    }
  }

  /** The size that a configuration gives a terminal. */
  static WindowSize window(@Nullable Process process) {
    ConsoleSize size = process == null ? null : process.consoleSize();
    return size == null ? UNKNOWN : new WindowSize(size.height(), size.width());
  }
}
