package io.lighter.bench.images;

import io.lighter.bench.machine.Command;
import io.lighter.bench.machine.MachineCpu;
import io.lighter.bench.report.ImagesData;
import io.lighter.bench.report.ImagesData.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rounds: in each every subject does everything, in turn. */
final class ImageRounds {
  private static final String LARGE = "bench/large:1";
  private static final int WARM_UP = 200;
  private static final int ASKED = 20;
  private static final String BASE = "bench/base:1";

  private final Path folder;
  private final List<ImageTool> tools;
  private final LocalRegistry source;
  private final LighterTool maker;
  private final Map<String, Map<Operation, List<ImagesData.Sample>>> samples =
      new LinkedHashMap<>();

  ImageRounds(Path folder, List<ImageTool> tools, LocalRegistry source, LighterTool maker) {
    this.folder = folder;
    this.tools = tools;
    this.source = source;
    this.maker = maker;
  }

  /** Makes the images and puts them into the registry. */
  void prepare() throws IOException, InterruptedException {
    String large = source.domain() + "/" + LARGE;
    Command.silently(maker.build(ImageLoad.large(folder.resolve("large")), large));
    // Before it is pushed its layers are not compressed, as in archives that dockerd writes.
    Command.silently(maker.save(large, archive()));
    Command.silently(maker.push(large));
    make(ImageLoad.base(folder.resolve("base")), BASE);
    ImageLoad.many(many());
    ImageLoad.steps(folder.resolve("steps"), source.domain() + "/" + BASE);
    Command.silently(maker.clear());
  }

  /** What all load. */
  private Path archive() {
    return folder.resolve("all.tar");
  }

  /** What is copied into containers. */
  private Path many() {
    return folder.resolve("many");
  }

  private void make(Path context, String image) throws IOException, InterruptedException {
    String name = source.domain() + "/" + image;
    Command.silently(maker.build(context, name));
    Command.silently(maker.push(name));
  }

  void run(int rounds) throws IOException, InterruptedException {
    for (int round = 0; round < rounds; round++) {
      for (ImageTool tool : tools) {
        System.err.println("round " + (round + 1) + " of " + rounds + ": " + tool.name());
        round(tool, round);
      }
    }
  }

  private void round(ImageTool tool, int round) throws IOException, InterruptedException {
    String large = source.domain() + "/" + LARGE;
    Command.silently(tool.clear());
    measure(tool, Operation.PULL, tool.pull(large));
    Path saved = folder.resolve("saved-" + tool.name() + ".tar");
    Files.deleteIfExists(saved);
    measure(tool, Operation.SAVE, tool.save(large, saved));
    Files.deleteIfExists(saved);
    try (LocalRegistry target =
        LocalRegistry.start(folder.resolve("target-" + tool.name() + "-" + round))) {
      String there = target.domain() + "/" + LARGE;
      Command.silently(tool.tag(large, there));
      measure(tool, Operation.PUSH, tool.push(there));
    }
    Command.remove(
        List.of("rm", "-rf", folder.resolve("target-" + tool.name() + "-" + round).toString()));
    Command.silently(tool.clear());
    measure(tool, Operation.LOAD, tool.load(archive()));
    Command.silently(tool.clear());
    builds(tool);
    Command.silently(tool.clear());
    changes(tool);
    Command.silently(tool.clear());
  }

  private void builds(ImageTool tool) throws IOException, InterruptedException {
    List<String> build = tool.build(folder.resolve("steps"), "bench/built:1");
    if (build != null) {
      Command.silently(tool.pull(source.domain() + "/" + BASE));
      measure(tool, Operation.BUILD, build);
      measure(tool, Operation.REBUILD, build);
      ask(tool);
    }
  }

  /** Both are asked as often before, so that the JIT compiler has done its work. */
  private void ask(ImageTool tool) throws IOException {
    try (RunningEngine engine = tool.engine()) {
      for (int i = 0; engine != null && i < WARM_UP + ASKED; i++) {
        long cpu = MachineCpu.now().busy();
        long start = System.nanoTime();
        engine.build(folder.resolve("steps"), "bench/built:1");
        long wall = System.nanoTime() - start;
        if (i >= WARM_UP) {
          long busy = MachineCpu.now().busy() - cpu;
          add(tool, Operation.ASKED, new ImagesData.Sample(wall, busy, 0));
        }
      }
    }
  }

  private void changes(ImageTool tool) throws IOException, InterruptedException {
    String base = source.domain() + "/" + BASE;
    Command.silently(tool.pull(base));
    try (ChangedContainer container = tool.change(base, many())) {
      if (container != null) {
        measure(tool, Operation.DIFF, container.diff());
        measure(tool, Operation.COMMIT, container.commit("bench/changed:1"));
      }
    }
  }

  private void measure(ImageTool tool, Operation operation, @Nullable List<String> command)
      throws IOException, InterruptedException {
    if (command == null) {
      return;
    }
    HeapLog heap = tool.heap();
    if (heap != null) {
      heap.clear();
    }
    long cpu = MachineCpu.now().busy();
    long start = System.nanoTime();
    Command.silently(command);
    long wall = System.nanoTime() - start;
    long busy = MachineCpu.now().busy() - cpu;
    add(tool, operation, new ImagesData.Sample(wall, busy, heap == null ? 0 : heap.peak()));
  }

  private void add(ImageTool tool, Operation operation, ImagesData.Sample sample) {
    samples
        .computeIfAbsent(tool.name(), _ -> new LinkedHashMap<>())
        .computeIfAbsent(operation, _ -> new ArrayList<>())
        .add(sample);
  }

  List<ImagesData.Subject> subjects() {
    List<ImagesData.Subject> subjects = new ArrayList<>();
    for (ImageTool tool : tools) {
      subjects.add(
          new ImagesData.Subject(
              tool.name(), tool.description(), samples.getOrDefault(tool.name(), Map.of())));
    }
    return subjects;
  }
}
