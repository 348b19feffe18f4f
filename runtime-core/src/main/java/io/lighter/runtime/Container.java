package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Signals;
import io.lighter.overlay.WritableLayer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container whose command has been started.
 *
 * <p>Safe for use by many threads; one of them waits.
 */
public final class Container implements AutoCloseable {
  private final Linux linux;
  private final Housekeeping housekeeping;
  private final PidFd process;
  private final @Nullable Cgroup cgroup;
  private final @Nullable WritableLayer layer;
  private final @Nullable Fd terminal;
  private final List<String> warnings;
  private @Nullable ExitStatus exit;
  private boolean closed;

  Container(
      Linux linux,
      Housekeeping housekeeping,
      PidFd process,
      @Nullable Cgroup cgroup,
      @Nullable WritableLayer layer,
      @Nullable Fd terminal,
      List<String> warnings) {
    this.linux = linux;
    this.housekeeping = housekeeping;
    this.process = process;
    this.cgroup = cgroup;
    this.layer = layer;
    this.terminal = terminal;
    this.warnings = warnings;
  }

  /** Returns the descriptor of the container's first process, which becomes readable at its end. */
  public PidFd process() {
    return process;
  }

  /** Returns the process id of the container's first process on the host. */
  public int pid() {
    return process.pid();
  }

  /**
   * Returns the container's cgroup: limits, statistics, freezing.
   *
   * @throws IllegalStateException when its runtime gives it none: {@link
   *     RuntimeConfig#withoutCgroup}
   */
  public Cgroup cgroup() {
    if (cgroup == null) {
      throw new IllegalStateException("this container has no cgroup of its own");
    }
    return cgroup;
  }

  /** Returns the master of the container's terminal, or null when it has none. */
  public @Nullable Fd terminal() {
    return terminal;
  }

  @Nullable WritableLayer layer() {
    return layer;
  }

  /** Returns what could not be done and does not keep the container from running. */
  public List<String> warnings() {
    return warnings;
  }

  /** Waits until the container's first process ends. */
  public ExitStatus waitFor() {
    synchronized (process) {
      ExitStatus status = exit;
      if (status == null) {
        status = linux.processes().waitFor(process);
        exit = status;
      }
      return status;
    }
  }

  /**
   * Sends a signal to the container's first process.
   *
   * @return false when it has ended
   */
  public boolean signal(int signal) {
    return linux.processes().signal(process, signal);
  }

  /** Ends every process of the container at once. */
  public void kill() {
    // Without a cgroup all of them are in the PID namespace of the first, and end with it.
    signal(Signals.SIGKILL);
    if (cgroup != null) {
      cgroup.kill();
    }
  }

  /**
   * Ends what still runs and removes everything that the container had: its processes, its cgroup,
   * its writable layer. Idempotent.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    if (exit == null) {
      signal(Signals.SIGKILL);
      waitFor();
    }
    process.close();
    if (terminal != null) {
      terminal.close();
    }
    try {
      if (cgroup != null) {
        housekeeping.remove(cgroup);
      }
    } finally {
      if (layer != null) {
        housekeeping.remove(layer);
      }
    }
  }
}
