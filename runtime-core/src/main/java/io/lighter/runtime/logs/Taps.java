package io.lighter.runtime.logs;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The taps of one container's log, and how much of what is in its pipes each of them has. Of
 * whoever works on the log.
 */
final class Taps {
  /** A tap, and how many bytes it has of those that are at the beginning of each stream's pipe. */
  private static final class Attached {
    private final LogTap tap;
    private final int[] has;

    Attached(LogTap tap, int[] shown) {
      this.tap = tap;
      this.has = shown.clone();
    }
  }

  private static final Logger LOGGER = System.getLogger(Taps.class.getName());

  private final List<Attached> attached = new ArrayList<>(0);

  /** How much of what is in the pipes has been shown to whoever was there. */
  private final int[] shown = new int[LogStream.values().length];

  /** Shows a tap what comes from now on. */
  void attach(LogTap tap, Runnable resume) {
    tap.attached(resume);
    attached.add(new Attached(tap, shown));
  }

  /** Shows a tap nothing any more, and closes it; without effect when it is not attached. */
  void detach(LogTap tap) {
    if (attached.removeIf(each -> each.tap.equals(tap))) {
      tap.close();
    }
  }

  /**
   * Shows the beginning of what is in a stream's pipe.
   *
   * @return how many of the bytes all taps have
   */
  int show(LogStream stream, MemorySegment bytes, int length) {
    int code = stream.code();
    shown[code] = Math.max(shown[code], length);
    int least = length;
    for (int i = attached.size() - 1; i >= 0; i--) {
      Attached each = attached.get(i);
      int before = each.has[code];
      if (before < length) {
        each.has[code] += offer(each.tap, stream, bytes, before, length - before);
      }
      least = Math.min(least, each.has[code]);
    }
    return least;
  }

  private int offer(LogTap tap, LogStream stream, MemorySegment bytes, int from, int length) {
    try {
      return tap.offer(stream, bytes, from, length);
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "a tap of a log failed and is detached", e);
      detach(tap);
      return length;
    }
  }

  /** The first bytes have left a stream's pipe. */
  void removed(LogStream stream, int bytes) {
    int code = stream.code();
    shown[code] = Math.max(0, shown[code] - bytes);
    for (int i = 0; i < attached.size(); i++) {
      int[] has = attached.get(i).has;
      has[code] = Math.max(0, has[code] - bytes);
    }
  }

  /** The log is over. */
  void close() {
    for (Attached each : List.copyOf(attached)) {
      detach(each.tap);
    }
  }
}
