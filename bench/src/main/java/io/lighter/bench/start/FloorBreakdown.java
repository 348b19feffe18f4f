package io.lighter.bench.start;

import io.lighter.bench.report.StartData.Rung;
import io.lighter.bench.report.StartData.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

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

  /** From a plain process to the full container, one part more on each rung. */
  List<Rung> ladder(int starts) throws IOException, InterruptedException {
    List<Rung> rungs = new ArrayList<>();
    Set<FloorPlan.Part> parts = EnumSet.noneOf(FloorPlan.Part.class);
    rungs.add(new Rung("a plain process", median(parts, starts)));
    for (FloorPlan.Part part : FloorPlan.Part.values()) {
      parts.add(part);
      rungs.add(new Rung("+ " + part.title, median(parts, starts)));
    }
    return rungs;
  }

  private long median(Set<FloorPlan.Part> parts, int starts)
      throws IOException, InterruptedException {
    int warmUp = Math.max(1, starts / 10);
    Load load = new Load("ladder", 1, starts, warmUp, false);
    Round round =
        DriverOutput.parse("floor", run(plan.with(EnumSet.copyOf(parts)), load.total()), load);
    long[] sorted = round.starts().stream().mapToLong(StartTimes::whole).sorted().toArray();
    return sorted[sorted.length / 2];
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
