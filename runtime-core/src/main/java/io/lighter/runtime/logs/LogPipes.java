package io.lighter.runtime.logs;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Pipe;

/** Makes the pipes between a container and the pipeline. */
public final class LogPipes {
  /**
   * What a pipe holds if the host allows it: 1 MiB, the default of {@code
   * /proc/sys/fs/pipe-max-size}. The pages are there only while they hold something.
   */
  public static final int SIZE = 1 << 20;

  private LogPipes() {}

  /**
   * Makes a pipe that holds up to {@link #SIZE}, or as much as the host allows this user: see
   * {@code pipe-max-size} and {@code pipe-user-pages-soft} in <a
   * href="https://man7.org/linux/man-pages/man7/pipe.7.html">pipe(7)</a>.
   */
  public static Pipe create(Linux linux) {
    Pipe pipe = linux.pipes().create(0);
    enlarge(linux, pipe.read());
    return pipe;
  }

  /** Makes a pipe hold as much as the host allows, up to {@link #SIZE}; returns how much. */
  public static int enlarge(Linux linux, Fd pipe) {
    int size = linux.pipes().size(pipe);
    for (int wanted = SIZE; wanted > size; wanted /= 2) {
      try {
        return linux.pipes().setSize(pipe, wanted);
      } catch (LinuxException e) {
        if (e.errno() != Errno.EPERM) {
          throw e;
        }
      }
    }
    return size;
  }
}
