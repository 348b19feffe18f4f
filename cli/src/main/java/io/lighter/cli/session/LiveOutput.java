package io.lighter.cli.session;

import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.runtime.logs.BufferedTap;
import io.lighter.runtime.logs.LogStream;
import java.util.Set;

/**
 * One of our standard streams, to which what a container writes comes at once while its log is
 * kept. Who reads it slowly holds the container up, as without a log; who has closed it does not.
 */
final class LiveOutput {
  private static final int BUFFER = 128 * 1024;

  private final BufferedTap tap;
  private final Thread thread;

  /** Begins to write to a descriptor what the tap brings. */
  LiveOutput(Files files, LogStream stream, Fd to) {
    tap = BufferedTap.waiting(Set.of(stream), BUFFER, BufferedTap.FOREVER);
    thread =
        Thread.ofPlatform().daemon().name(stream.label()).start(() -> writeAll(files, tap, to));
  }

  private static void writeAll(Files files, BufferedTap tap, Fd to) {
    try {
      while (tap.read(
          (_, bytes, offset, length) -> {
            if (!Streams.writeAll(files, to, bytes.asSlice(offset, length))) {
              tap.leave();
            }
          })) {}
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      tap.leave();
    }
  }

  BufferedTap tap() {
    return tap;
  }

  /** Waits until all is written; the log must be over. */
  void drain() {
    Threads.join(thread);
  }
}
