package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.build.files.FileException;
import io.lighter.images.dockerfile.CleanPath;
import io.lighter.images.dockerfile.Dockerfile;
import io.lighter.images.dockerfile.DockerfileException;
import io.lighter.images.dockerfile.FileFlags;
import io.lighter.images.dockerfile.Instruction;
import io.lighter.images.dockerfile.SourceRange;
import io.lighter.images.dockerfile.SourceText;
import io.lighter.images.dockerfile.Sources;
import io.lighter.images.dockerfile.Stage;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.dockerfile.WordExpander;
import io.lighter.images.store.ImageRecord;
import io.lighter.linux.LinuxException;
import io.lighter.overlay.OverlayException;
import io.lighter.runtime.StartException;
import io.lighter.runtime.UserLookupException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Builds one stage, instruction by instruction. Used by one thread. */
final class StageBuilder {
  private final BuildRun run;
  private final Stage stage;
  private final char escape;
  private final boolean usesCache;
  private final MetadataSteps metadata;
  private int number = 1;
  private int total;

  StageBuilder(BuildRun run, Stage stage) {
    this.run = run;
    this.stage = stage;
    this.escape = run.dockerfile().directives().escape();
    BuildRequest request = run.request();
    this.usesCache =
        !request.noCache() && request.noCacheStages().stream().noneMatch(stage::isCalled);
    this.metadata = new MetadataSteps(run.arguments(), run.history());
    this.total = (int) stage.instructions().stream().filter(StageBuilder::isStep).count();
  }

  private static boolean isStep(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Run _, Instruction.Copy _, Instruction.Add _, Instruction.Workdir _ -> true;
      default -> false;
    };
  }

  /**
   * Builds the stage.
   *
   * @throws BuildException shows the lines of what failed
   */
  StageState build() {
    StageState state = locate(stage.from(), this::base);
    List<String> triggers = state.config().onBuild();
    if (!triggers.isEmpty()) {
      state.change(draft -> draft.onBuild = List.of());
      List<Instruction> read = Dockerfile.parseTriggers(stage.from().image(), triggers);
      total += (int) read.stream().filter(StageBuilder::isStep).count();
      for (Instruction trigger : read) {
        locate(stage.from(), () -> apply(trigger, state));
      }
    }
    for (Instruction instruction : stage.instructions()) {
      locate(instruction, () -> apply(instruction, state));
    }
    return state;
  }

  /** What may fail because of an instruction. */
  @FunctionalInterface
  private interface Body<T> {
    T run() throws IOException;
  }

  private <T> T locate(Instruction instruction, Body<T> body) {
    try {
      run.commands().checkCancelled();
      return body.run();
    } catch (BuildException | DockerfileException | CancellationException e) {
      if (e instanceof BuildException && !String.valueOf(e.getMessage()).contains("\n")) {
        throw located(instruction, e);
      }
      throw e;
    } catch (SyntaxException
        | FileException
        | CommandFailure
        | ImageException
        | LinuxException
        | OverlayException
        | StartException
        | UserLookupException
        | IllegalArgumentException
        | IOException e) {
      throw located(instruction, e);
    }
  }

  private BuildException located(Instruction instruction, Exception e) {
    SourceText source = run.dockerfile().source();
    SourceRange range = instruction.origin().range();
    return new BuildException(
        source.excerpt(range) + source.name() + ":" + range.first() + ": " + e.getMessage(), e);
  }

  private String stepName(String text) {
    String name = stage.name() == null ? "" : stage.name() + " ";
    if (stage.name() == null && run.dockerfile().stages().size() > 1) {
      name = "stage-" + stage.index() + " ";
    }
    return "[" + name + number++ + "/" + total + "] " + text;
  }

  private StageState base() throws IOException {
    WordExpander expander = run.arguments().globalExpander(escape);
    String image = expander.word(stage.from().image());
    if (image.isEmpty()) {
      throw new SyntaxException(
          "the name of the image is empty: "
              + stage.from().image()
              + " has no value; give ARG a default before the first FROM, or use --build-arg");
    }
    Stage other = run.stages().before(stage.index(), image);
    BuildContext named = run.request().contexts().get(image);
    boolean replaced = named != null;
    if (other != null && !replaced) {
      return run.await(other).copy();
    }
    Platform platform = platform(expander);
    if (image.equals("scratch") && !replaced) {
      return StageState.scratch(platform);
    }
    total++;
    String name = stepName("FROM " + image);
    if (replaced
        && !(named instanceof BuildContext.Image)
        && !(named instanceof BuildContext.Layout)) {
      return folder(image, platform, new LayerStep(run, name, usesCache));
    }
    LayerStep step = new LayerStep(run, name, true);
    return step.tell(
        () -> {
          ImageRecord record =
              switch (named) {
                case BuildContext.Layout layout -> run.image(layout, platform);
                case BuildContext.Image given -> run.image(given.reference(), platform);
                case null, default -> run.image(image, platform);
              };
          return StageState.of(run.store().config(record), record.id());
        });
  }

  private Platform platform(WordExpander expander) {
    String text = stage.from().platform() == null ? "" : expander.word(stage.from().platform());
    return text.isEmpty() ? run.request().platform() : Platform.parse(text);
  }

  /** A stage whose root is a named context that is a folder, with nobody's settings. */
  private StageState folder(String name, Platform platform, LayerStep step) throws IOException {
    StageState state = StageState.scratch(platform);
    Instruction.Copy all =
        new Instruction.Copy(
            stage.from().origin(),
            new Sources(List.of("/"), List.of(), "/"),
            new FileFlags(null, null, false, List.of()),
            name,
            false);
    WordExpander expander = WordExpander.of(escape, state.variables());
    try (FileStep files = new FileStep(run, stage, state, expander, step)) {
      Digest layer = step.tell(() -> files.copy(all));
      state.addLayer(layer, run.history().withLayer(state, "FROM " + name));
    }
    return state;
  }

  private StageState apply(Instruction instruction, StageState state) throws IOException {
    WordExpander expander = WordExpander.of(escape, state.variables());
    if (metadata.apply(instruction, state, expander)) {
      return state;
    }
    String text = instruction.origin().text();
    switch (instruction) {
      case Instruction.Run command -> {
        LayerStep step = new LayerStep(run, stepName(text), usesCache);
        Digest layer =
            step.tell(() -> new RunStep(run, stage, state, expander, step, command).layer());
        state.addLayer(layer, run.history().withLayer(state, runHistory(command, state)));
      }
      case Instruction.Copy copy -> {
        LayerStep step = new LayerStep(run, stepName(text), usesCache);
        try (FileStep files = new FileStep(run, stage, state, expander, step)) {
          Digest layer = step.tell(() -> files.copy(copy));
          state.addLayer(layer, run.history().withLayer(state, fileHistory(text, expander)));
        }
      }
      case Instruction.Add add -> {
        LayerStep step = new LayerStep(run, stepName(text), usesCache);
        try (FileStep files = new FileStep(run, stage, state, expander, step)) {
          Digest layer = step.tell(() -> files.add(add));
          state.addLayer(layer, run.history().withLayer(state, fileHistory(text, expander)));
        }
      }
      case Instruction.Workdir workdir -> {
        LayerStep step = new LayerStep(run, stepName(text), usesCache);
        step.tell(() -> workdir(expander.word(workdir.path()), state, step));
      }
      default -> throw new SyntaxException(instruction.name() + " may not stand here");
    }
    return state;
  }

  private static String runHistory(Instruction.Run command, StageState state) {
    List<String> words = new ArrayList<>();
    words.add("RUN");
    List<String> arguments = state.visibleArguments();
    if (!arguments.isEmpty()) {
      words.add("|" + arguments.size());
      words.addAll(arguments);
    }
    words.addAll(Script.of(command, state.shell()).told());
    return String.join(" ", words);
  }

  private static String fileHistory(String text, WordExpander expander) {
    try {
      return expander.word(text);
    } catch (SyntaxException e) {
      return text;
    }
  }

  private StageState workdir(String path, StageState state, LayerStep step) throws IOException {
    if (path.isEmpty()) {
      throw new SyntaxException("the folder is empty once its variables are substituted");
    }
    String absolute =
        CleanPath.rooted(path.startsWith("/") ? path : state.workingFolder() + "/" + path);
    state.change(draft -> draft.workingDir = absolute);
    String entry = "WORKDIR " + absolute;
    Digest layer = new WorkingFolder(run, state).layer(absolute, step);
    if (layer == null) {
      state.addHistory(run.history().withoutLayer(state, entry));
    } else {
      state.addLayer(layer, run.history().withLayer(state, entry));
    }
    return state;
  }
}
