package io.lighter.images.build;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what progress hears. */
final class Recorded implements Progress {
  final List<String> events = new CopyOnWriteArrayList<>();
  final List<String> output = new CopyOnWriteArrayList<>();
  final List<String> warnings = new CopyOnWriteArrayList<>();

  @Override
  public void started(Step step) {
    events.add("started " + step.name());
  }

  @Override
  public void output(Step step, boolean error, String line) {
    output.add((error ? "err " : "out ") + line);
  }

  @Override
  public void ended(Step step, Outcome outcome) {
    events.add(outcome + " " + step.name());
  }

  @Override
  public void warned(String warning) {
    warnings.add(warning);
  }

  /** The steps whose result was not in the cache, but for FROM and the output. */
  List<String> done() {
    return steps("DONE");
  }

  List<String> cached() {
    return steps("CACHED");
  }

  private List<String> steps(String outcome) {
    return events.stream()
        .filter(event -> event.startsWith(outcome + " ["))
        .map(event -> event.replaceFirst("^\\S+ \\[[^]]*\\] ", ""))
        .filter(text -> !text.startsWith("FROM "))
        .toList();
  }
}
