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
final class StopRequest implements IntConsumer {
  private final List<Integer> early = new ArrayList<>();
  private @Nullable Container container;
  private final boolean passSignals;
  private final int stopSignal;
  private final long stopSeconds;
  private volatile boolean stopping;

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
  void listen(Container started) {
    List<Integer> due;
    synchronized (this) {
      container = started;
      due = List.copyOf(early);
      early.clear();
    }
    due.forEach(this::accept);
  }

  @Override
  public void accept(int signal) {
    Container running;
    synchronized (this) {
      running = container;
      if (running == null) {
        early.add(signal);
        return;
      }
    }
    if (signal == Signals.SIGTERM || !passSignals) {
      stop(running);
    } else {
      running.signal(signal);
    }
  }

  private void stop(Container running) {
    running.signal(stopSignal);
    if (!stopping && stopSeconds >= 0) {
      stopping = true;
      Thread.ofPlatform().daemon().name("stop").start(() -> killInTime(running));
    }
  }

  private void killInTime(Container running) {
    try {
      Thread.sleep(stopSeconds * 1000);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if somebody does, the time is up.
      Thread.currentThread().interrupt();
    }
    running.signal(Signals.SIGKILL);
  }
}
