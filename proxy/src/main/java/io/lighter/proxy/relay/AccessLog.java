package io.lighter.proxy.relay;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line about each connection that ended, of words with values:
 *
 * <pre>{@code
 * time=2026-11-26T10:05:08.123Z service=web endpoint=10.0.0.7:80 end=done client=10.1.2.3:4711
 *     attempts=1 connect-us=87 total-us=1204 to=72 from=612
 * }</pre>
 *
 * <p>In one line, where {@code to} and {@code from} are bytes to and from the endpoint. A file that
 * takes no more at the moment loses lines, whole ones. One a loop.
 */
final class AccessLog {
  private static final int SIZE = 64 << 10;

  /** The names of a service and an endpoint may take most of a line, and are cut beyond that. */
  private static final int LONGEST_LINE = 2 << 10;

  private static final String NOTHING = "-";
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Linux linux;
  private final Consumer<Throwable> errors;
  private final Fd file;
  private final TextBuffer lines;
  private final LongAdder lost = new LongAdder();

  AccessLog(Linux linux, Arena arena, Fd file, Consumer<Throwable> errors) {
    this.errors = errors;
    this.linux = linux;
    this.file = file;
    this.lines = new TextBuffer(arena, SIZE);
  }

  void add(
      @Nullable ServedService service,
      @Nullable Backend backend,
      Ending ending,
      Connection connection) {
    if (lines.room() < LONGEST_LINE) {
      flush();
      if (lines.room() < LONGEST_LINE) {
        lost.increment();
        return;
      }
    }
    lines.put("time=").putTime(linux.clocks().realtime() / NANOS_PER_MILLI);
    lines.put(" service=").put(service == null ? NOTHING : service.printedName());
    lines.put(" endpoint=").put(backend == null ? NOTHING : backend.printedAddress());
    lines.put(" end=").put(ending.toString());
    connection.describe(lines);
    lines.put('\n');
  }

  /** Writes what there is, at the end of a turn. */
  void flush() {
    if (lines.length() == 0) {
      return;
    }
    try {
      long written = linux.files().write(file, lines.memory(), 0, lines.length());
      if (written > 0) {
        lines.drop((int) written);
      }
    } catch (LinuxException e) {
      // A full disk, or a reader that has gone: connections do not suffer for it.
      lines.clear();
      lost.increment();
      errors.accept(e);
    }
  }

  /** Returns how often lines were lost. */
  long lost() {
    return lost.sum();
  }
}
