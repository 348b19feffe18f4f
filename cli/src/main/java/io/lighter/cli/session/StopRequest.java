package io.lighter.cli.session;

import io.lighter.linux.Signals;
import io.lighter.runtime.Container;
import java.util.function.IntConsumer;

/**
 * What signals to this process mean for the container. SIGTERM asks it to stop, as {@code docker
 * stop} does: it gets its stop signal, and is killed when it has not ended in time. Any other
 * signal is passed on as it is, or with {@code --sig-proxy=false} is a request to stop too.
 */
final class StopRequest implements IntConsumer {
  private final Container container;
  private final boolean passSignals;
  private final int stopSignal;
  private final long stopSeconds;
  private volatile boolean stopping;

  /**
   * Listens for a container.
   *
   * @param stopSeconds how long it may take to end; negative for ever
   */
  StopRequest(Container container, boolean passSignals, int stopSignal, long stopSeconds) {
    this.container = container;
    this.passSignals = passSignals;
    this.stopSignal = stopSignal;
    this.stopSeconds = stopSeconds;
  }

  @Override
  public void accept(int signal) {
    if (signal == Signals.SIGTERM || !passSignals) {
      stop();
    } else {
      container.signal(signal);
    }
  }

  private void stop() {
    container.signal(stopSignal);
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
    container.signal(Signals.SIGKILL);
  }
}
