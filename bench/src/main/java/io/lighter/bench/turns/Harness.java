package io.lighter.bench.turns;

import io.lighter.bench.machine.MachineCpu;
import io.lighter.bench.report.Series;
import io.lighter.bench.report.SubjectData;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Lets the subjects take turns and keeps what came out. */
public final class Harness {

  private final List<Subject> subjects;
  private final List<Load> loads;
  private final PrintStream progress;
  private final List<List<Accumulator>> kept;

  /**
   * Prepares a run.
   *
   * @param progress gets a line a round
   */
  public Harness(List<Subject> subjects, List<Load> loads, PrintStream progress) {
    this.subjects = List.copyOf(subjects);
    this.loads = List.copyOf(loads);
    this.progress = progress;
    this.kept =
        subjects.stream().map(subject -> loads.stream().map(Accumulator::new).toList()).toList();
  }

  /** Gives every subject its turns. */
  public void run(Schedule schedule) throws IOException, InterruptedException {
    int announced = -1;
    for (Schedule.Turn turn : schedule.turns(subjects.size(), loads.size())) {
      if (turn.round() != announced) {
        announced = turn.round();
        progress.printf("round %d of %d%n", announced + 1, schedule.rounds());
      }
      Subject subject = subjects.get(turn.subject());
      Load load = loads.get(turn.load());
      MachineCpu before = MachineCpu.now();
      Round round = subject.run(load);
      long machine = MachineCpu.now().busy() - before.busy();
      kept.get(turn.subject()).get(turn.load()).add(round, machine);
    }
  }

  /**
   * Everything measured, in the order of the subjects.
   *
   * @param differences of each subject from the first, as {@link SubjectData} has them
   */
  public List<SubjectData> data(List<List<String>> differences) {
    List<SubjectData> data = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get(i);
      Map<String, Series> series = new LinkedHashMap<>();
      kept.get(i).forEach(sums -> series.put(sums.load().name(), sums.series()));
      data.add(new SubjectData(subject.name(), subject.description(), differences.get(i), series));
    }
    return data;
  }

  /**
   * All values of all subjects, tagged {@code SUBJECT/LOAD}, for HdrHistogram's own tools.
   *
   * @param what is timed, in words, nanoseconds
   */
  public void writeHistograms(Path file, String what) throws IOException {
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      HistogramLogWriter log = new HistogramLogWriter(out);
      log.outputLogFormatVersion();
      log.outputComment("[" + what + ", nanoseconds]");
      log.outputLegend();
      for (int i = 0; i < subjects.size(); i++) {
        for (Accumulator sums : kept.get(i)) {
          Histogram histogram = sums.whole().copy();
          histogram.setTag((subjects.get(i).name() + "/" + sums.load().name()).replace(' ', '-'));
          log.outputIntervalHistogram(0, 0, histogram, 1_000_000.0);
        }
      }
    }
  }
}
