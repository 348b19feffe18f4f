package io.lighter.cli.build;

import io.lighter.images.build.Step;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Shows nothing, but the last lines of a command that failed. Thread-safe. */
final class QuietDisplay implements BuildDisplay {
  private static final int LAST = 50;

  private final PrintStream out;
  private final Map<Step, Deque<String>> lines = new HashMap<>();

  QuietDisplay(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void started(Step step) {
    lines.put(step, new ArrayDeque<>());
  }

  @Override
  public synchronized void output(Step step, boolean error, String line) {
    Deque<String> last = lines.computeIfAbsent(step, s -> new ArrayDeque<>());
    last.addLast(line);
    if (last.size() > LAST) {
      last.removeFirst();
    }
  }

  @Override
  public synchronized void ended(Step step, Outcome outcome) {
    Deque<String> last = lines.remove(step);
    if (outcome == Outcome.FAILED && last != null) {
      last.forEach(out::println);
    }
  }

  @Override
  public void warned(String warning) {}

  @Override
  public void note(String part, String status) {}

  @Override
  public void end() {}
}
