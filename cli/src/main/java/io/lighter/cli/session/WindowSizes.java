package io.lighter.cli.session;

import io.lighter.linux.Fd;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Terminals;

/** Keeps a container's terminal the size of ours; {@link SignalForwarding} says when to look. */
public final class WindowSizes implements Runnable {
  private final Terminals terminals;
  private final Fd ours;
  private final Fd master;

  /**
   * Joins two terminals. The descriptors stay the caller's, who closes them when nothing looks any
   * more.
   *
   * @param ours the terminal that a person sees
   * @param master the container's
   */
  public WindowSizes(Terminals terminals, Fd ours, Fd master) {
    this.terminals = terminals;
    this.ours = ours;
    this.master = master;
  }

  /** Takes our size over; the kernel tells the container's processes if it is another. */
  @Override
  public void run() {
    try {
      terminals.setWindowSize(master, terminals.windowSize(ours));
    } catch (LinuxException hungUp) {
      // Our terminal is gone, or the container's is: there is no size to take over any more.
    }
  }
}
