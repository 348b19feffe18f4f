package io.lighter.images.build;

import io.lighter.images.dockerfile.Dockerfile;
import io.lighter.images.dockerfile.Instruction;
import io.lighter.images.dockerfile.MountSpec;
import io.lighter.images.dockerfile.NearestWord;
import io.lighter.images.dockerfile.Stage;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.dockerfile.WordExpander;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The stages of a Dockerfile, and how they use each other. Immutable. */
final class StageSet {
  private final List<Stage> stages;

  StageSet(Dockerfile dockerfile) {
    this.stages = dockerfile.stages();
  }

  Stage get(int index) {
    return stages.get(index);
  }

  /**
   * Returns the stage that is to be built.
   *
   * @param name null for the last
   * @throws BuildException when there is none of that name
   */
  Stage target(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return stages.getLast();
    }
    for (Stage stage : stages.reversed()) {
      if (stage.isCalled(name)) {
        return stage;
      }
    }
    throw new BuildException(
        "the Dockerfile has no stage " + name + NearestWord.hint(name, names(stages.size())));
  }

  /** Returns the stage that a text means within another one, null when it means none. */
  @Nullable Stage before(int index, String text) {
    for (Stage stage : stages.subList(0, index).reversed()) {
      if (stage.isCalled(text)) {
        return stage;
      }
    }
    return null;
  }

  /**
   * Refuses a reference to a stage that is not there yet.
   *
   * @throws SyntaxException names it
   */
  void refuseLater(int index, String text) {
    for (Stage stage : stages.subList(index, stages.size())) {
      if (stage.isCalled(text)) {
        throw new SyntaxException(
            stage.index() == index
                ? "the stage " + text + " uses itself"
                : "the stage " + text + " comes later; a stage uses those before it");
      }
    }
    if (text.matches("\\d+")) {
      throw new SyntaxException("there is no stage " + text + " before this one");
    }
  }

  /** Returns what {@code (did you mean X?)} may offer for a name that is no stage. */
  String hint(int index, String text) {
    return NearestWord.hint(text, names(index));
  }

  private List<String> names(int count) {
    return stages.subList(0, count).stream().map(Stage::name).filter(Objects::nonNull).toList();
  }

  /** Returns the stages that a stage is known to use before it runs. */
  List<Stage> usedBy(Stage stage, WordExpander expander) {
    List<Stage> used = new ArrayList<>();
    add(used, stage, expander.word(stage.from().image()));
    for (Instruction instruction : stage.instructions()) {
      for (String from : from(instruction)) {
        add(used, stage, from);
      }
    }
    return used;
  }

  private void add(List<Stage> used, Stage stage, String text) {
    Stage found = before(stage.index(), text);
    if (found != null) {
      used.add(found);
    }
  }

  /** Returns the names of what an instruction takes files from, other than the context. */
  static List<String> from(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Copy copy -> copy.from() == null ? List.of() : List.of(copy.from());
      case Instruction.Run run ->
          run.mounts().stream().map(MountSpec::from).filter(Objects::nonNull).toList();
      default -> List.of();
    };
  }
}
