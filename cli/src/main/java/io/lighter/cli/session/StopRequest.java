package io.lighter.cli.session;

import io.lighter.linux.Signals;
import io.lighter.runtime.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What signals to this process mean for the container. SIGTERM asks it to stop, as {@code docker
 * stop} does: it gets its stop signal, and is killed when it has not ended in time. Any other
 * signal is passed on as it is, or with {@code --sig-proxy=false} is a request to stop too.
 */
final class StopRequest implements IntConsumer, AutoCloseable {
  private final List<Integer> early = new ArrayList<>();
  private @Nullable Container container;
  private final boolean passSignals;
  private final int stopSignal;
  private final long stopSeconds;
  private boolean stopping;
  private boolean closed;

  /**
   * Listens for a container that is about to start.
   *
   * @param stopSeconds how long it may take to end; negative for ever
   */
  StopRequest(boolean passSignals, int stopSignal, long stopSeconds) {
    this.passSignals = passSignals;
    this.stopSignal = stopSignal;
    this.stopSeconds = stopSeconds;
  }

  /** Gives the container what has come before it ran, and what comes from now on. */
  synchronized void listen(Container started) {
    container = started;
    early.forEach(this::accept);
    early.clear();
  }

  /** Under the lock, so that the container is not closed meanwhile; a signal never blocks. */
  @Override
  public synchronized void accept(int signal) {
    if (closed) {
      return;
    }
    if (container == null) {
      early.add(signal);
    } else if (signal == Signals.SIGTERM || !passSignals) {
      stop(container);
    } else {
      container.signal(signal);
    }
  }

  private void stop(Container running) {
    running.signal(stopSignal);
    if (!stopping && stopSeconds >= 0) {
      stopping = true;
      Thread.ofPlatform().daemon().name("stop").start(this::killInTime);
    }
  }

  private void killInTime() {
    try {
      Thread.sleep(stopSeconds * 1000);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if somebody does, the time is up.
      Thread.currentThread().interrupt();
    }
    kill();
  }

  private synchronized void kill() {
    if (!closed && container != null) {
      container.signal(Signals.SIGKILL);
    }
  }

  /** To be called before the container is closed: what comes from now on reaches nobody. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
