package io.lighter.cli.images;

import io.lighter.images.docker.HumanUnits;
import io.lighter.images.transfer.Progress;
import io.lighter.images.transfer.ProgressEvent;
import io.lighter.linux.Fd;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Shows how an operation goes on: in a terminal a line for each part that is written over, with a
 * bar; otherwise a line for each change, and none for bytes. Thread-safe.
 */
final class ProgressDisplay implements Progress, AutoCloseable {
  private static final int BAR = 50;
  private static final long REDRAW_NANOS = 50_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private final boolean quiet;
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final Map<String, Long> drawn = new LinkedHashMap<>();

  private ProgressDisplay(PrintStream out, boolean terminal, boolean quiet) {
    this.out = out;
    this.terminal = terminal;
    this.quiet = quiet;
  }

  static ProgressDisplay of(ImageSession session, boolean quiet) {
    boolean terminal = session.isTerminal(Fd.STANDARD_OUTPUT);
    return new ProgressDisplay(session.out(), terminal, quiet);
  }

  /** As Docker's load: nothing is said of layers where nobody looks on. */
  static ProgressDisplay inTerminalOnly(ImageSession session, boolean quiet) {
    boolean terminal = session.isTerminal(Fd.STANDARD_OUTPUT);
    return new ProgressDisplay(session.out(), terminal, quiet || !terminal);
  }

  static ProgressDisplay forTest(PrintStream out, boolean terminal) {
    return new ProgressDisplay(out, terminal, false);
  }

  @Override
  public synchronized void on(ProgressEvent event) {
    if (quiet) {
      return;
    }
    boolean counts = event.current() > 0;
    if (!terminal) {
      if (!counts) {
        out.println(event.id().isEmpty() ? event.status() : event.id() + ": " + event.status());
      }
      return;
    }
    if (counts && !isTime(event)) {
      return;
    }
    draw(event);
  }

  private boolean isTime(ProgressEvent event) {
    long now = System.nanoTime();
    Long last = drawn.get(event.id());
    if (last != null && now - last < REDRAW_NANOS && event.current() != event.total()) {
      return false;
    }
    drawn.put(event.id(), now);
    return true;
  }

  private void draw(ProgressEvent event) {
    String text = event.id() + ": " + event.status() + bar(event);
    Integer line = event.id().isEmpty() ? null : lines.get(event.id());
    if (line == null) {
      out.println(event.id().isEmpty() ? event.status() : text);
      if (!event.id().isEmpty()) {
        lines.put(event.id(), 0);
      }
      lines.replaceAll((id, up) -> id.equals(event.id()) ? 1 : up + 1);
      return;
    }
    // Up to the line, over it, and down again.
    out.print("\u001b[" + line + "A\r\u001b[2K" + text + "\r\u001b[" + line + "B");
    out.flush();
  }

  private static String bar(ProgressEvent event) {
    if (event.current() <= 0) {
      return "";
    }
    if (event.total() <= 0) {
      return "  " + HumanUnits.size(event.current(), 4);
    }
    int done = (int) Math.min(BAR, event.current() * BAR / event.total());
    return " ["
        + "=".repeat(Math.max(0, done - 1))
        + ">"
        + " ".repeat(BAR - Math.max(1, done))
        + "]  "
        + HumanUnits.size(event.current(), 4)
        + "/"
        + HumanUnits.size(event.total(), 4);
  }

  @Override
  public void close() {
    out.flush();
  }
}
