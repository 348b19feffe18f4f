package io.lighter.cli.build;

import io.lighter.images.build.Step;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A line for each step that is written over, and below a running one the last lines of its command.
 * Thread-safe.
 */
final class TerminalDisplay implements BuildDisplay {
  private static final double SECOND = 1e9;
  private static final long REDRAW_NANOS = 50_000_000;
  private static final int TAIL = 4;
  private static final int WIDTH = 79;

  private static final class Row {
    final Deque<String> tail = new ArrayDeque<>();
    final long begun;
    long ended;
    @Nullable Outcome outcome;

    Row(long begun) {
      this.begun = begun;
    }
  }

  private final PrintStream out;
  private final LongSupplier clock;
  private final long begun;
  private final Map<Step, Row> rows = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private int shown;
  private long drawn;
  private boolean closed;

  TerminalDisplay(PrintStream out, LongSupplier clock) {
    this.out = out;
    this.clock = clock;
    this.begun = clock.getAsLong();
  }

  @Override
  public synchronized void started(Step step) {
    rows.put(step, new Row(clock.getAsLong()));
    draw();
  }

  @Override
  public synchronized void output(Step step, boolean error, String line) {
    Row row = rows.get(step);
    if (row == null) {
      return;
    }
    row.tail.addLast(line);
    if (row.tail.size() > TAIL) {
      row.tail.removeFirst();
    }
    if (clock.getAsLong() - drawn > REDRAW_NANOS) {
      draw();
    }
  }

  @Override
  public synchronized void ended(Step step, Outcome outcome) {
    Row row = rows.get(step);
    if (row != null) {
      row.outcome = outcome;
      row.ended = clock.getAsLong();
    }
    draw();
  }

  @Override
  public synchronized void warned(String warning) {
    warnings.add(warning);
  }

  @Override
  public synchronized void note(String part, String status) {
    // What is fetched belongs to the step of FROM, whose time says that it goes on.
  }

  private void draw() {
    drawn = clock.getAsLong();
    StringBuilder text = new StringBuilder();
    if (shown > 0) {
      text.append("\u001b[").append(shown).append("A\r\u001b[J");
    }
    List<String> lines = lines();
    lines.forEach(line -> text.append(line).append('\n'));
    shown = lines.size();
    out.print(text);
    out.flush();
  }

  private List<String> lines() {
    long done = rows.values().stream().filter(row -> row.outcome != null).count();
    List<String> lines = new ArrayList<>();
    lines.add(
        "[+] Building %.1fs (%d/%d)"
            .formatted((clock.getAsLong() - begun) / SECOND, done, rows.size()));
    rows.forEach((step, row) -> addTo(lines, step, row));
    return lines;
  }

  private void addTo(List<String> lines, Step step, Row row) {
    long until = row.outcome == null ? clock.getAsLong() : row.ended;
    String time = "%.1fs".formatted((until - row.begun) / SECOND);
    String mark = row.outcome == Outcome.CACHED ? " => CACHED " : " => ";
    if (row.outcome == Outcome.FAILED) {
      mark = " => ERROR ";
    } else if (row.outcome == Outcome.CANCELED) {
      mark = " => CANCELED ";
    }
    lines.add(fit(mark + step.name(), WIDTH - time.length() - 1) + " " + time);
    if (row.outcome == null || row.outcome == Outcome.FAILED) {
      row.tail.forEach(line -> lines.add(cut(" => => # " + line)));
    }
  }

  private static String fit(String text, int width) {
    String cut = text.length() > width ? text.substring(0, width - 3) + "..." : text;
    return cut + " ".repeat(width - cut.length());
  }

  private static String cut(String line) {
    String printable = line.replaceAll("\\p{Cntrl}", " ");
    return printable.length() > WIDTH ? printable.substring(0, WIDTH) : printable;
  }

  @Override
  public synchronized void end() {
    if (closed) {
      return;
    }
    closed = true;
    draw();
    for (String warning : warnings) {
      out.println("WARNING: " + warning);
    }
    out.flush();
  }
}
