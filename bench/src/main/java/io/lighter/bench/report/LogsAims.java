package io.lighter.bench.report;

import io.lighter.bench.report.LogsData.Kept;
import io.lighter.bench.report.LogsData.Load;
import java.util.ArrayList;
import java.util.List;

/** What the project set out to reach with logs, and what it reached. */
final class LogsAims {
  private static final double TIMES_DOCKERD = 10;
  private static final double TIMES_CONMON = 1.5;
  private static final double BYTES_PER_SECOND = 1e9;
  private static final long STALL_NANOS = 1_000_000;

  private LogsAims() {}

  /** The aims that the data can speak of. */
  static List<Aim> of(LogsData data) {
    List<Aim> aims = new ArrayList<>();
    for (Load load : data.loads().subList(0, Math.min(2, data.loads().size()))) {
      times(aims, data, load, "json-file", "dockerd json-file", TIMES_DOCKERD);
      times(aims, data, load, "cri", "conmon", TIMES_CONMON);
    }
    for (Load load : data.loads().subList(0, Math.min(2, data.loads().size()))) {
      Kept kept = data.kept("lighter native", load.name());
      if (kept != null) {
        double bytes = LogsReport.linesPerMicro(kept, load) * load.lineBytes() * 1e6;
        aims.add(
            new Aim(
                "native: 1 GB/CPU-s or more, " + load.name(),
                Aim.figure(bytes / 1e9) + " GB",
                bytes >= BYTES_PER_SECOND));
      }
    }
    for (LogsData.Subject subject : data.subjects()) {
      Kept kept = subject.kept().get(LogsData.HALF);
      if (kept != null && subject.name().startsWith("lighter")) {
        long p99 = kept.stalls().p99();
        aims.add(
            new Aim(
                subject.name() + ": p99 stall below 1 ms at half load",
                Text.micros(p99) + " us",
                p99 < STALL_NANOS));
      }
    }
    long lost = lost(data);
    aims.add(new Aim("no line of ours lost in all turns", Text.whole(lost) + " lost", lost == 0));
    return aims;
  }

  private static void times(
      List<Aim> aims, LogsData data, Load load, String ours, String peer, double aim) {
    Kept own = data.kept("lighter " + ours, load.name());
    Kept other = data.kept(peer, load.name());
    if (own != null && other != null) {
      double times = LogsReport.linesPerMicro(own, load) / LogsReport.linesPerMicro(other, load);
      aims.add(
          new Aim(
              "%s: lines/CPU-s at least %s times %s, %s"
                  .formatted(ours, LogsReport.figure(aim), peer, load.name()),
              Aim.figure(times) + " times",
              times >= aim));
    }
  }

  private static long lost(LogsData data) {
    long lost = 0;
    for (LogsData.Subject subject : data.subjects()) {
      for (Load load : data.loads()) {
        Kept kept = subject.kept().get(load.name());
        if (kept != null && subject.name().startsWith("lighter")) {
          lost += LogsReport.lost(kept, load);
        }
      }
    }
    return lost;
  }
}
