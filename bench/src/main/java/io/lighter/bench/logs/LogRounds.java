package io.lighter.bench.logs;

import io.lighter.bench.machine.Command;
import io.lighter.bench.report.LogsData;
import io.lighter.bench.report.Percentiles;
import io.lighter.bench.turns.Schedule;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Lets the subjects take turns at logs, and keeps what came out. The first round does not count.
 */
final class LogRounds {
  private static final long STEADY_NANOS = 300_000_000;
  private static final long SETTLE_MILLIS = 200;

  private final List<Logging> subjects;
  private final Path folder;
  private final PrintStream progress;
  private final Map<String, Sums> sums = new LinkedHashMap<>();
  private int turns;

  /** What is kept of one subject under one load. */
  private static final class Sums {
    private final Histogram stalls = Percentiles.histogram();
    private final List<LogsData.Turn> turns = new ArrayList<>();
  }

  /**
   * Prepares.
   *
   * @param folder where logs go, a turn at a time
   * @param progress gets a line a turn
   */
  LogRounds(List<Logging> subjects, Path folder, PrintStream progress) {
    this.subjects = subjects;
    this.folder = folder;
    this.progress = progress;
  }

  /** Gives every subject its turns under these loads, and one more before that does not count. */
  void run(List<WriterLoad> loads, Schedule schedule) throws IOException, InterruptedException {
    Schedule withFirst = new Schedule(schedule.rounds() + 1, schedule.seed());
    for (Schedule.Turn turn : withFirst.turns(subjects.size(), loads.size())) {
      Logging subject = subjects.get(turn.subject());
      turn(subject, loads.get(turn.load()), turn.round());
    }
  }

  private void turn(Logging subject, WriterLoad load, int round)
      throws IOException, InterruptedException {
    Path own = Files.createDirectory(folder.resolve("turn-" + turns++));
    Logging.Turn turn;
    LogsData.Turn found;
    LogWriter.Result result;
    try (LogWriter writer = new LogWriter(own.resolve("control"), load)) {
      turn = subject.start(writer, own);
      Thread.sleep(SETTLE_MILLIS);
      long before = subject.group().cpuMicros();
      writer.go();
      result = writer.await();
      long drained = Math.max(result.end(), awaitSteady(turn));
      long cpu = subject.group().cpuMicros() - before;
      found =
          new LogsData.Turn(
              cpu,
              drained - result.begin(),
              subject.group().residentBytes(),
              size(turn),
              NumberedLines.in(turn.logs(), subject.isInRecords()).inOrder());
    }
    turn.finish();
    Command.remove(List.of("rm", "-rf", own.toString()));
    tell(subject, load, round, found);
    if (round > 0) {
      Sums kept = sums.computeIfAbsent(subject.name() + "/" + load.name(), key -> new Sums());
      kept.stalls.add(result.stalls());
      kept.turns.add(found);
    }
  }

  private void tell(Logging subject, WriterLoad load, int round, LogsData.Turn found) {
    progress.printf(
        "%-6s %-20s %-22s %6.2f M lines/CPU-s %6.2f M lines/s %10d of %d lines%n",
        round == 0 ? "first" : "" + round,
        subject.name(),
        load.name(),
        load.lines() / (double) found.cpuMicros(),
        load.lines() * 1e3 / found.wallNanos(),
        found.lines(),
        load.lines());
  }

  /** Waits until a file grows no more; returns when it grew last. */
  private static long awaitSteady(Logging.Turn turn) throws IOException, InterruptedException {
    long size = -1;
    long last = System.nanoTime();
    while (System.nanoTime() - last < STEADY_NANOS) {
      long now = size(turn);
      if (now != size) {
        size = now;
        last = System.nanoTime();
      }
      Thread.sleep(2);
    }
    return last;
  }

  private static long size(Logging.Turn turn) throws IOException {
    long size = 0;
    for (Path file : turn.logs()) {
      size += Files.exists(file) ? Files.size(file) : 0;
    }
    return size;
  }

  /** Everything of one subject, by the names of these loads. */
  LogsData.Subject data(Logging subject, List<WriterLoad> loads) {
    Map<String, LogsData.Kept> kept = new LinkedHashMap<>();
    for (WriterLoad load : loads) {
      Sums all = sums.get(subject.name() + "/" + load.name());
      if (all != null) {
        kept.put(load.name(), new LogsData.Kept(all.turns, Percentiles.of(all.stalls)));
      }
    }
    return new LogsData.Subject(subject.name(), subject.description(), kept);
  }

  /** The lines a second of the wall, the median over the counted rounds. */
  double rate(Logging subject, WriterLoad load) {
    Sums all = sums.get(subject.name() + "/" + load.name());
    if (all == null) {
      throw new IllegalStateException(subject.name() + " has had no turn at " + load.name());
    }
    return load.lines() * 1e9 / LogsData.median(all.turns, LogsData.Turn::wallNanos);
  }
}
