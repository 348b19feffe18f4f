package io.lighter.cli.session;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.Stdio;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process that has been started and joined to our standard streams.
 *
 * @param <P> what stands for the process
 */
public interface Joined<P> extends AutoCloseable {
  /**
   * Starts a process without a terminal and joins it by pipes.
   *
   * @param interactive whether it may read our standard input
   * @param starter starts it with the standard streams that it is given
   */
  static <P> Joined<P> piped(Linux linux, boolean interactive, Function<Stdio, P> starter) {
    return PipedProcess.start(linux, interactive, starter);
  }

  /**
   * Starts a process with a terminal of its own and joins ours to it.
   *
   * @param interactive whether it may read our standard input, which must be a terminal then
   * @param starter starts it with a terminal of that size
   * @param master finds the master of that terminal
   */
  static <P> Joined<P> terminal(
      Linux linux,
      boolean interactive,
      Function<WindowSize, P> starter,
      Function<P, @Nullable Fd> master) {
    return TerminalProcess.start(linux, interactive, starter, master, null);
  }

  /** Returns the process. */
  P process();

  /** Returns what is due when the size of our window may have changed. */
  Runnable window();

  /** Waits until everything that the process has written is out; it must have ended. */
  void drain();

  /** Gives our terminal back and closes what is ours; the process stays as it is. */
  @Override
  void close();
}
