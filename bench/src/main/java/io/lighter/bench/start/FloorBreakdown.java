package io.lighter.bench.start;

import io.lighter.bench.machine.Command;
import io.lighter.bench.report.Percentiles;
import io.lighter.bench.report.StartData.Rung;
import io.lighter.bench.report.StartData.Step;
import io.lighter.bench.turns.DriverOutput;
import io.lighter.bench.turns.Load;
import io.lighter.bench.turns.StartTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** Where the floor's time goes: by its calls, and by leaving parts out. */
final class FloorBreakdown {

  private final Path program;
  private final Path slots;
  private final Path folder;
  private final FloorPlan plan;

  /**
   * @param slots the floor's own folder for its workers
   * @param folder for plan files
   */
  FloorBreakdown(Path program, Path slots, Path folder, FloorPlan plan) {
    this.program = program;
    this.slots = slots;
    this.folder = folder;
    this.plan = plan;
  }

  /** What each call takes in the full container, one at a time. */
  List<Step> steps(int starts) throws IOException, InterruptedException {
    return DriverOutput.steps(run(plan, starts, "-t"));
  }

  /**
   * From a plain process to the full container, one part more on each rung. The ladder is climbed
   * several times, so that drift of the machine does not look like the cost of a part.
   *
   * @param climbs how many times
   * @param starts a rung and climb
   */
  List<Rung> ladder(int climbs, int starts) throws IOException, InterruptedException {
    Map<String, Histogram> times = new LinkedHashMap<>();
    for (int climb = 0; climb < climbs; climb++) {
      Set<FloorPlan.Part> parts = EnumSet.noneOf(FloorPlan.Part.class);
      measure(parts, starts, rung(times, "a plain process"));
      for (FloorPlan.Part part : FloorPlan.Part.values()) {
        parts.add(part);
        measure(parts, starts, rung(times, "+ " + part.title));
      }
    }
    List<Rung> rungs = new ArrayList<>();
    times.forEach((title, found) -> rungs.add(new Rung(title, found.getValueAtPercentile(50))));
    return rungs;
  }

  private static Histogram rung(Map<String, Histogram> times, String title) {
    return times.computeIfAbsent(title, key -> Percentiles.histogram());
  }

  private void measure(Set<FloorPlan.Part> parts, int starts, Histogram times)
      throws IOException, InterruptedException {
    Load load = new Load("ladder", 1, starts, Math.max(1, starts / 10), false);
    List<String> lines = run(plan.with(EnumSet.copyOf(parts)), load.total());
    for (StartTimes start : DriverOutput.parse("floor", lines, load).starts()) {
      times.recordValue(start.whole());
    }
  }

  private List<String> run(FloorPlan some, int starts, String... options)
      throws IOException, InterruptedException {
    Path file = folder.resolve("plan");
    Files.writeString(file, some.text());
    List<String> line = new ArrayList<>(List.of(program.toString(), "-s", slots.toString()));
    line.addAll(List.of("-p", file.toString(), "-n", String.valueOf(starts)));
    line.addAll(List.of(options));
    return Command.lines(line);
  }
}
