package io.lighter.cli.build;

import io.lighter.images.build.Step;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** A line for everything, as {@code --progress=plain} of BuildKit. Thread-safe. */
final class PlainDisplay implements BuildDisplay {
  private static final double SECOND = 1e9;

  private final PrintStream out;
  private final LongSupplier clock;
  private final Map<Step, Long> begun = new HashMap<>();

  PlainDisplay(PrintStream out, LongSupplier clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public synchronized void started(Step step) {
    begun.put(step, clock.getAsLong());
    out.println("#" + step.number() + " " + step.name());
  }

  @Override
  public synchronized void output(Step step, boolean error, String line) {
    out.printf("#%d %.3f %s%n", step.number(), seconds(step), line);
  }

  @Override
  public synchronized void ended(Step step, Outcome outcome) {
    switch (outcome) {
      case DONE -> out.printf("#%d DONE %.1fs%n", step.number(), seconds(step));
      case CACHED -> out.println("#" + step.number() + " CACHED");
      case CANCELED -> out.println("#" + step.number() + " CANCELED");
      case FAILED -> out.println("#" + step.number() + " ERROR");
    }
    out.println();
  }

  private double seconds(Step step) {
    long now = clock.getAsLong();
    return (now - begun.getOrDefault(step, now)) / SECOND;
  }

  @Override
  public synchronized void warned(String warning) {
    out.println("WARNING: " + warning);
  }

  @Override
  public synchronized void note(String part, String status) {
    if (!part.isEmpty()) {
      out.println(part + ": " + status);
    }
  }

  @Override
  public synchronized void end() {
    out.flush();
  }
}
