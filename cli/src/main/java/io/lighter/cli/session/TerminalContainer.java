package io.lighter.cli.session;

import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.Container;
import io.lighter.runtime.PreparedContainer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A container with a terminal of its own, which ours is joined to. */
final class TerminalContainer implements Joined {
  /** The size when ours is no terminal, as Docker's daemon has it: none. */
  private static final WindowSize UNKNOWN = new WindowSize(0, 0);

  private final Container container;
  private final @Nullable RawTerminal raw;
  private final Runnable window;
  private final Thread copyOutput;

  private TerminalContainer(
      Container container, @Nullable RawTerminal raw, Runnable window, Thread copyOutput) {
    this.container = container;
    this.raw = raw;
    this.window = window;
    this.copyOutput = copyOutput;
  }

  static TerminalContainer start(Linux linux, PreparedContainer prepared, boolean interactive) {
    boolean inputIsTerminal = linux.terminals().isatty(Fd.STANDARD_INPUT);
    if (interactive && !inputIsTerminal) {
      throw new UsageException("the input device is not a TTY: leave out -t, or -i");
    }
    Fd ours = screen(linux, inputIsTerminal);
    WindowSize size = ours == null ? UNKNOWN : linux.terminals().windowSize(ours);
    Container container = prepared.start(size);
    try {
      Fd master = Objects.requireNonNull(container.terminal());
      RawTerminal raw =
          interactive ? RawTerminal.enter(linux.terminals(), Fd.STANDARD_INPUT) : null;
      Thread copy = Streams.copy("terminal", linux.files(), master, Fd.STANDARD_OUTPUT, () -> {});
      if (interactive) {
        Streams.copy("stdin", linux.files(), Fd.STANDARD_INPUT, master, () -> {});
      }
      Runnable window = ours == null ? () -> {} : new WindowSizes(linux.terminals(), ours, master);
      return new TerminalContainer(container, raw, window, copy);
    } catch (RuntimeException e) {
      container.close();
      throw e;
    }
  }

  private static @Nullable Fd screen(Linux linux, boolean inputIsTerminal) {
    if (linux.terminals().isatty(Fd.STANDARD_OUTPUT)) {
      return Fd.STANDARD_OUTPUT;
    }
    return inputIsTerminal ? Fd.STANDARD_INPUT : null;
  }

  @Override
  public Container container() {
    return container;
  }

  @Override
  public Runnable window() {
    return window;
  }

  @Override
  public void drain() {
    Threads.join(copyOutput);
  }

  @Override
  public void close() {
    if (raw != null) {
      raw.close();
    }
  }
}
