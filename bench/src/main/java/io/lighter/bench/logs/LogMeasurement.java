package io.lighter.bench.logs;

import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.LogsData;
import io.lighter.bench.turns.Schedule;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One run: as fast as the writer can, then at fixed rates, then the memory of idle containers. */
final class LogMeasurement {
  private static final int SHORT = 100;
  private static final int LONG = 1000;
  private static final WriterLoad BY_LINE = WriterLoad.byLine(1_000_000, SHORT);
  private static final List<WriterLoad> FULL =
      List.of(
          WriterLoad.buffered(2_000_000, SHORT),
          WriterLoad.buffered(400_000, LONG),
          BY_LINE,
          WriterLoad.byLine(400_000, LONG));

  private static final int COMMON_RATE = 100_000;
  private static final int SECONDS = 2;
  private static final int IDLE = 1_000;

  private final LogSubjects subjects;
  private final Path folder;
  private final Schedule schedule;
  private final LogRounds rounds;
  private final PrintStream progress;

  LogMeasurement(LogSubjects subjects, Path folder, Schedule schedule, PrintStream progress) {
    this.subjects = subjects;
    this.folder = folder;
    this.schedule = schedule;
    this.progress = progress;
    this.rounds = new LogRounds(subjects.all(), folder, progress);
  }

  LogsData run(Fingerprint fingerprint) throws IOException, InterruptedException {
    rounds.run(FULL, schedule);
    int half = halfOfOurs();
    List<WriterLoad> atRates =
        List.of(
            WriterLoad.atRate(LogsData.COMMON, COMMON_RATE * SECONDS, SHORT, COMMON_RATE),
            WriterLoad.atRate(LogsData.HALF, half * SECONDS, SHORT, half));
    rounds.run(atRates, schedule);
    List<WriterLoad> all = new ArrayList<>(FULL);
    all.addAll(atRates);
    return new LogsData(
        fingerprint,
        schedule.rounds(),
        all.stream()
            .map(
                load ->
                    new LogsData.Load(
                        load.name(),
                        load.lines(),
                        load.lineBytes(),
                        load.writeBytes(),
                        load.rate()))
            .toList(),
        subjects.all().stream().map(subject -> rounds.data(subject, all)).toList(),
        memory(),
        new LogReading(folder, subjects.program(), progress).run());
  }

  /** Half of what the slowest of ours takes, a line a write: rounded to thousands. */
  private int halfOfOurs() {
    double slowest =
        subjects.own().stream()
            .mapToDouble(subject -> rounds.rate(subject, BY_LINE))
            .min()
            .orElseThrow();
    return Math.max(1, (int) (slowest / 2 / 1000)) * 1000;
  }

  private List<LogsData.Memory> memory() throws IOException {
    List<LogsData.Memory> memory = new ArrayList<>();
    for (OwnLogging subject : subjects.own()) {
      Path idle = folder.resolve("idle-" + subject.name().replace(' ', '-'));
      subject.addIdle(idle.resolve("one"), 1);
      long one = subject.idleBytes();
      subject.addIdle(idle.resolve("more"), IDLE);
      memory.add(new LogsData.Memory(subject.name(), one, IDLE, subject.idleBytes()));
    }
    return memory;
  }
}
