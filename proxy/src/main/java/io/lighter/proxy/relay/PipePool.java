package io.lighter.proxy.relay;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Pipe;
import io.lighter.linux.Pipes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pipes that are lent to connections while something is in them. They are of the size that was
 * wanted, or of the greatest that the kernel grants: beyond {@code /proc/sys/fs/pipe-max-size}, and
 * for users beyond {@code pipe-user-pages-soft}, it does not.
 */
final class PipePool implements AutoCloseable {
  private static final int SMALLEST = 64 << 10;

  private final Pipes pipes;
  private final int most;
  private final List<Pipe> free = new ArrayList<>();
  private int count;
  private int size;

  /**
   * Makes a pool without pipes.
   *
   * @param size bytes that a pipe holds
   * @param most how many there may be
   */
  PipePool(Pipes pipes, int size, int most) {
    this.pipes = pipes;
    this.size = size;
    this.most = most;
  }

  /** Returns how many bytes are moved into a pipe at once. */
  int size() {
    return size;
  }

  /** Returns how many pipes are open, lent or not. */
  int count() {
    return count;
  }

  /** Lends an empty pipe; null when there are as many as may be, or descriptors have run out. */
  @Nullable Pipe take() {
    if (!free.isEmpty()) {
      return free.removeLast();
    }
    if (count == most) {
      return null;
    }
    Pipe pipe;
    try {
      pipe = pipes.create(Fcntl.O_NONBLOCK);
    } catch (LinuxException e) {
      if (e.errno() == Errno.EMFILE || e.errno() == Errno.ENFILE) {
        return null;
      }
      throw e;
    }
    count++;
    enlarge(pipe);
    return pipe;
  }

  private void enlarge(Pipe pipe) {
    while (size > SMALLEST) {
      try {
        pipes.setSize(pipe.write(), size);
        return;
      } catch (LinuxException e) {
        if (e.errno() != Errno.EPERM) {
          pipe.close();
          count--;
          throw e;
        }
        size /= 2;
      }
    }
  }

  /** Takes an empty pipe back. */
  void giveBack(Pipe pipe) {
    free.add(pipe);
  }

  /** Takes a pipe back that nobody will empty. */
  void discard(Pipe pipe) {
    pipe.close();
    count--;
  }

  @Override
  public void close() {
    for (Pipe pipe : free) {
      pipe.close();
    }
    count -= free.size();
    free.clear();
  }
}
