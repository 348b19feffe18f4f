package io.lighter.cli.session;

import io.lighter.linux.SignalPipe;
import io.lighter.linux.Signals;
import java.util.function.IntConsumer;

/**
 * Passes the signals that this process gets on to a container, in place of their effect here, as
 * Docker's client does. A signal that was ignored when this process was started, by nohup for one,
 * is not passed on.
 *
 * <p>A terminal's Ctrl-C and Ctrl-\ reach the container by this way too, unless the container has a
 * terminal of its own, where they are bytes. {@link SignalPipe} says why it is not {@code
 * sun.misc.Signal} that does this.
 */
public final class SignalForwarding implements AutoCloseable {
  // SIGKILL and SIGSTOP cannot be had; SIGCHLD, SIGPIPE, SIGURG, SIGTTIN and SIGTTOU concern this
  // process alone; SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS and SIGTRAP are its faults.
  private static final int[] FORWARDED = {
    Signals.SIGHUP,
    Signals.SIGINT,
    Signals.SIGQUIT,
    Signals.SIGUSR1,
    Signals.SIGUSR2,
    Signals.SIGALRM,
    Signals.SIGTERM,
    Signals.SIGCONT,
    Signals.SIGTSTP,
  };

  private static final int FIRST_REALTIME = 34;
  private static final int LAST_REALTIME = 64;

  private final SignalPipe signals = SignalPipe.ofProcess();
  private final IntConsumer container;
  private final Runnable window;
  private final Thread reader = Thread.ofPlatform().daemon().name("signals").unstarted(this::pass);

  private SignalForwarding(IntConsumer container, Runnable window) {
    this.container = container;
    this.window = window;
  }

  /**
   * Starts to pass signals on. One at a time in a process.
   *
   * @param container gets each signal's number; it must not throw, and it must outlive a container
   *     that is already gone
   * @param window runs when the size of the terminal's window may have changed; it must not throw
   */
  public static SignalForwarding to(IntConsumer container, Runnable window) {
    SignalForwarding forwarding = new SignalForwarding(container, window);
    for (int signal : FORWARDED) {
      forwarding.signals.handle(signal);
    }
    for (int signal = FIRST_REALTIME; signal <= LAST_REALTIME; signal++) {
      forwarding.signals.handle(signal);
    }
    forwarding.signals.handle(Signals.SIGWINCH);
    forwarding.reader.start();
    return forwarding;
  }

  private void pass() {
    int signal = signals.take();
    while (signal != 0) {
      if (signal == Signals.SIGWINCH) {
        window.run();
      } else {
        container.accept(signal);
      }
      signal = signals.take();
    }
  }

  /** Gives the signals back the effect that they had. Afterwards nothing is passed on any more. */
  @Override
  public void close() {
    if (reader.isAlive()) {
      signals.release();
      try {
        reader.join();
      } catch (InterruptedException e) {
        // It ends by itself; whoever interrupts us wants no waiting.
        Thread.currentThread().interrupt();
      }
    }
  }
}
