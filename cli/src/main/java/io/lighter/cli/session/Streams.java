package io.lighter.cli.session;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Polling;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Copies what one descriptor gives to another, on a thread of its own, until there is no more.
 *
 * <p>Pipes stand between a container and our own standard streams, because a container that held
 * our terminal could type into it (TIOCSTI).
 */
final class Streams {
  private static final long BUFFER = 64 * 1024;
  private static final int WAIT_MILLIS = 1_000;

  private Streams() {}

  /**
   * Starts copying.
   *
   * @param whenDone runs at the end, however it came about
   * @return the thread, to be waited for
   */
  static Thread copy(String name, Files files, Fd from, Fd to, Runnable whenDone) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try (Arena arena = Arena.ofConfined()) {
                copyAll(files, from, to, arena.allocate(BUFFER));
              } finally {
                whenDone.run();
              }
            });
  }

  private static void copyAll(Files files, Fd from, Fd to, MemorySegment buffer) {
    while (true) {
      long length;
      try {
        length = files.read(from, buffer);
      } catch (LinuxException e) {
        if (e.errno() == Errno.EIO) {
          return; // a terminal whose other side is closed: the end of the session
        }
        throw e;
      }
      if (length == 0) {
        return;
      }
      if (length > 0 && !writeAll(files, to, buffer.asSlice(0, length))) {
        return;
      }
    }
  }

  /** Of a descriptor that does not block, such as a terminal whose output is logged. */
  private static void awaitRoom(Fd to) {
    new Polling(Linux.kernel()).poll(to, Polling.POLLOUT, WAIT_MILLIS);
  }

  /** Writes everything; returns false when nobody reads any more. */
  static boolean writeAll(Files files, Fd to, MemorySegment data) {
    MemorySegment rest = data;
    while (rest.byteSize() > 0) {
      try {
        long written = files.write(to, rest);
        if (written > 0) {
          rest = rest.asSlice(written);
        } else {
          awaitRoom(to);
        }
      } catch (LinuxException e) {
        if (e.errno() == Errno.EPIPE || e.errno() == Errno.EIO) {
          return false;
        }
        throw e;
      }
    }
    return true;
  }
}
