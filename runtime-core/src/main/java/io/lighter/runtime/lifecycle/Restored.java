package io.lighter.runtime.lifecycle;

import io.lighter.linux.ExitStatus;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import org.jspecify.annotations.Nullable;

/**
 * A container that has been made again, and runs.
 *
 * @param container what to go on with
 * @param process its first process, a child of this process: whoever made it may wait for it
 * @param terminal the master of its terminal, or null when it has none
 */
public record Restored(StoredContainer container, PidFd process, @Nullable Fd terminal)
    implements AutoCloseable {

  /** Waits until its first process ends, and reaps it: once. */
  public ExitStatus waitFor() {
    return Linux.kernel().processes().waitFor(process);
  }

  /** Closes the descriptors; the container stays as it is. */
  @Override
  public void close() {
    process.close();
    if (terminal != null) {
      terminal.close();
    }
  }
}
