package io.lighter.cli.session;

import io.lighter.linux.Fd;
import io.lighter.linux.LinuxException;
import io.lighter.linux.TerminalAttributes;
import io.lighter.linux.Terminals;
import java.lang.foreign.Arena;

/**
 * Our terminal while it belongs to a container: every byte passes through, so that line editing,
 * echo and Ctrl-C are the container's terminal's to do. Closing gives it back as it was.
 */
public final class RawTerminal implements AutoCloseable {
  private final Terminals terminals;
  private final Fd terminal;
  private final Arena arena = Arena.ofShared();
  private final TerminalAttributes before;
  private boolean raw;

  private RawTerminal(Terminals terminals, Fd terminal) {
    this.terminals = terminals;
    this.terminal = terminal;
    this.before = new TerminalAttributes(arena);
  }

  /**
   * Makes {@code terminal} raw.
   *
   * @param terminal stays the caller's to close, after this
   * @throws LinuxException ENOTTY if it is no terminal
   */
  public static RawTerminal enter(Terminals terminals, Fd terminal) {
    RawTerminal held = new RawTerminal(terminals, terminal);
    try {
      held.enter();
      return held;
    } catch (LinuxException e) {
      held.arena.close();
      throw e;
    }
  }

  private void enter() {
    terminals.attributes(terminal, before);
    TerminalAttributes changed = new TerminalAttributes(arena);
    changed.copyFrom(before);
    changed.makeRaw();
    terminals.setAttributes(terminal, changed);
    raw = true;
  }

  /** Gives the terminal back as it was, after what was printed is out. */
  @Override
  public synchronized void close() {
    if (!raw) {
      return;
    }
    raw = false;
    try {
      terminals.setAttributesAfterOutput(terminal, before);
    } catch (LinuxException hungUp) {
      // The terminal is gone, and with it what there was to give back.
    } finally {
      arena.close();
    }
  }
}
