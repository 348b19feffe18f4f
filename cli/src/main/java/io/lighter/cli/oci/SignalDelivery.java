package io.lighter.cli.oci;

import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes signals to this process on to another, as runc does with all of them: what comes before
 * there is one waits.
 */
final class SignalDelivery implements IntConsumer, AutoCloseable {
  private final Linux linux;
  private final List<Integer> early = new ArrayList<>();
  private @Nullable PidFd process;
  private boolean closed;

  SignalDelivery(Linux linux) {
    this.linux = linux;
  }

  /** Gives the process what has come before it ran, and what comes from now on. */
  synchronized void to(PidFd started) {
    process = started;
    early.forEach(this::accept);
    early.clear();
  }

  /** Under the lock, so that the descriptor is not closed meanwhile; a signal never blocks. */
  @Override
  public synchronized void accept(int signal) {
    if (closed) {
      return;
    }
    if (process == null) {
      early.add(signal);
    } else {
      linux.processes().signal(process, signal);
    }
  }

  /** To be called before the descriptor is closed: what comes from now on reaches nobody. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
