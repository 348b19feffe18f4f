package io.lighter.bench.start;

import io.lighter.bench.report.StartData.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what the C program prints ({@code src/main/c/floor.c} says the format). */
final class DriverOutput {

  private DriverOutput() {}

  /**
   * Drops the warm-up.
   *
   * @throws StartFailedException when a payload did not exit with 0 or starts are missing
   */
  static Round parse(String subject, List<String> lines, Load load) throws StartFailedException {
    List<StartTimes> starts = new ArrayList<>(load.total());
    long cpu = 0;
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      switch (words[0]) {
        case "cpu" -> cpu = Long.parseLong(words[1]) + Long.parseLong(words[2]);
        case "step" -> {}
        default -> starts.add(times(subject, line));
      }
    }
    if (starts.size() != load.total()) {
      throw new StartFailedException(
          subject, starts.size() + " starts were reported, not " + load.total());
    }
    return new Round(List.copyOf(starts.subList(load.warmUp(), starts.size())), cpu, 0);
  }

  /** What each step took, those of the same name together, in the order of the first of each. */
  static List<Step> steps(List<String> lines) {
    Map<String, Step> steps = new LinkedHashMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      if (words[0].equals("step")) {
        Step one = new Step(words[2], 1, Long.parseLong(words[1]));
        steps.merge(
            one.name(),
            one,
            (a, b) -> new Step(a.name(), a.calls() + b.calls(), a.nanos() + b.nanos()));
      }
    }
    return List.copyOf(steps.values());
  }

  private static StartTimes times(String subject, String line) throws StartFailedException {
    String[] w = line.split(" ", -1);
    if (w.length != 8) {
      throw new StartFailedException(subject, "cannot read the driver's line '" + line + "'");
    }
    StartTimes times =
        new StartTimes(
            Long.parseLong(w[0]),
            Long.parseLong(w[1]),
            Long.parseLong(w[2]),
            Long.parseLong(w[3]),
            Long.parseLong(w[4]),
            Long.parseLong(w[5]),
            Long.parseLong(w[6]),
            Integer.parseInt(w[7]));
    if (times.status() != 0) {
      throw new StartFailedException(subject, "the container ended with " + times.status());
    }
    return times;
  }
}
