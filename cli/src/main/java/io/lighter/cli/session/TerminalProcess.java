package io.lighter.cli.session;

import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogPipes;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.LogStream;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A process with a terminal of its own, which ours is joined to. */
final class TerminalProcess<P> implements Joined<P> {
  /** The size when ours is no terminal, as Docker's daemon has it: none. */
  private static final WindowSize UNKNOWN = new WindowSize(0, 0);

  private final P process;
  private final @Nullable RawTerminal raw;
  private final Runnable window;
  private final Runnable drain;

  private TerminalProcess(P process, @Nullable RawTerminal raw, Runnable window, Runnable drain) {
    this.process = process;
    this.raw = raw;
    this.window = window;
    this.drain = drain;
  }

  static <P> TerminalProcess<P> start(
      Linux linux,
      boolean interactive,
      Function<WindowSize, P> starter,
      Function<P, @Nullable Fd> terminal,
      @Nullable SessionLog log) {
    boolean inputIsTerminal = linux.terminals().isatty(Fd.STANDARD_INPUT);
    if (interactive && !inputIsTerminal) {
      throw new UsageException("the input device is not a TTY: leave out -t, or -i");
    }
    Fd ours = screen(linux, inputIsTerminal);
    WindowSize size = ours == null ? UNKNOWN : linux.terminals().windowSize(ours);
    // Before the start: what fails now leaves no process behind.
    RawTerminal raw = interactive ? RawTerminal.enter(linux.terminals(), Fd.STANDARD_INPUT) : null;
    try {
      P process = starter.apply(size);
      Fd master = Objects.requireNonNull(terminal.apply(process));
      Runnable drain = log == null ? show(linux, master) : showAndLog(linux, master, log);
      if (interactive) {
        Streams.copy("stdin", linux.files(), Fd.STANDARD_INPUT, master, () -> {});
      }
      Runnable window = ours == null ? () -> {} : new WindowSizes(linux.terminals(), ours, master);
      return new TerminalProcess<>(process, raw, window, drain);
    } catch (RuntimeException e) {
      if (raw != null) {
        raw.close();
      }
      throw e;
    }
  }

  /** Begins to show what the terminal shows; returns what waits until all of it is out. */
  private static Runnable show(Linux linux, Fd master) {
    Thread copy = Streams.copy("terminal", linux.files(), master, Fd.STANDARD_OUTPUT, () -> {});
    return () -> Threads.join(copy);
  }

  /** As {@link #show}, and has it logged. */
  private static Runnable showAndLog(Linux linux, Fd master, SessionLog log) {
    LiveOutput out = new LiveOutput(linux.files(), LogStream.STDOUT, Fd.STANDARD_OUTPUT);
    // The container closes its master, and the log its own.
    Fd ofLog = linux.files().dup(master);
    ContainerLog added =
        log.add(LogSources.terminal(linux, ofLog, LogPipes.create(linux)), out.tap());
    return () -> {
      added.ended().join();
      out.drain();
    };
  }

  private static @Nullable Fd screen(Linux linux, boolean inputIsTerminal) {
    if (linux.terminals().isatty(Fd.STANDARD_OUTPUT)) {
      return Fd.STANDARD_OUTPUT;
    }
    return inputIsTerminal ? Fd.STANDARD_INPUT : null;
  }

  @Override
  public P process() {
    return process;
  }

  @Override
  public Runnable window() {
    return window;
  }

  @Override
  public void drain() {
    drain.run();
  }

  @Override
  public void close() {
    if (raw != null) {
      raw.close();
    }
  }
}
