package io.lighter.runtime.lifecycle;

import io.lighter.linux.ExitStatus;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import org.jspecify.annotations.Nullable;

/**
 * A process that was started in a container, a child of this process.
 *
 * @param process it; whoever started it waits for it
 * @param terminal the master of its terminal, or null when it has none
 */
public record ExecProcess(PidFd process, @Nullable Fd terminal) implements AutoCloseable {
  /** Waits until it ends, and reaps it: once. */
  public ExitStatus waitFor() {
    return Linux.kernel().processes().waitFor(process);
  }

  /** Closes the descriptors; the process goes on. */
  @Override
  public void close() {
    process.close();
    if (terminal != null) {
      terminal.close();
    }
  }
}
