package io.lighter.bench.start;

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
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Lets the subjects take turns and keeps what came out. */
final class Harness {

  private final List<Subject> subjects;
  private final List<Load> loads;
  private final PrintStream progress;
  private final List<List<Accumulator>> kept;
  private final List<List<String>> differences = new ArrayList<>();

  /**
   * @param progress gets a line a round
   */
  Harness(List<Subject> subjects, List<Load> loads, PrintStream progress) {
    this.subjects = List.copyOf(subjects);
    this.loads = List.copyOf(loads);
    this.progress = progress;
    this.kept =
        subjects.stream().map(subject -> loads.stream().map(Accumulator::new).toList()).toList();
  }

  /**
   * Lets every subject start its container once and compares what the containers see with what the
   * first subject's sees.
   *
   * @param hidden the masked paths of the container under test
   */
  void compare(Set<String> hidden) throws IOException, InterruptedException {
    ContainerView reference = null;
    for (Subject subject : subjects) {
      ContainerView view = ContainerView.parse(subject.view(), hidden);
      reference = reference == null ? view : reference;
      differences.add(reference.differencesOf(view));
    }
  }

  void run(Schedule schedule) throws IOException, InterruptedException {
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

  /** Everything measured, in the order of the subjects. */
  List<SubjectData> data() {
    List<SubjectData> data = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get(i);
      Map<String, Series> series = new LinkedHashMap<>();
      kept.get(i).forEach(sums -> series.put(sums.load().name(), sums.series()));
      data.add(new SubjectData(subject.name(), subject.description(), differences.get(i), series));
    }
    return data;
  }

  /** All values of all subjects, tagged {@code SUBJECT/LOAD}, for HdrHistogram's own tools. */
  void writeHistograms(Path file) throws IOException {
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      HistogramLogWriter log = new HistogramLogWriter(out);
      log.outputLogFormatVersion();
      log.outputComment("[whole starts, due to cleaned up, nanoseconds]");
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
