package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A Dockerfile that was read.
 *
 * <pre>{@code
 * Dockerfile file = Dockerfile.parse("Dockerfile", "FROM busybox AS base\nRUN true\n");
 * file.stages().getFirst().name(); // "base"
 * }</pre>
 *
 * @param source its text
 * @param directives those at its top
 * @param globals the ARGs before the first FROM, which FROM may use
 * @param stages at least one
 * @param emptyContinuations the instructions with empty lines within
 */
public record Dockerfile(
    SourceText source,
    Directives directives,
    List<Instruction.Arg> globals,
    List<Stage> stages,
    List<SourceRange> emptyContinuations) {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  public Dockerfile {
    globals = List.copyOf(globals);
    stages = List.copyOf(stages);
    emptyContinuations = List.copyOf(emptyContinuations);
  }

  /**
   * Reads a Dockerfile.
   *
   * @param name what messages call it
   * @throws DockerfileException points at the line that is wrong
   */
  public static Dockerfile parse(String name, String text) {
    SourceText source =
        SourceText.of(name, text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    Directives directives = DirectiveReader.read(source, source.lines());
    return new FileReader(source, directives).read();
  }

  /**
   * Reads the triggers that an image keeps.
   *
   * @param triggers as {@link Instruction.OnBuild#text()}
   * @param image what messages call the image
   */
  public static List<Instruction> parseTriggers(String image, List<String> triggers) {
    List<Instruction> instructions = new ArrayList<>();
    for (String trigger : triggers) {
      SourceText source = SourceText.of("ONBUILD of " + image, trigger);
      FileReader reader = new FileReader(source, Directives.NONE);
      instructions.addAll(reader.instructions());
    }
    return instructions;
  }

  private static final class FileReader {
    private final SourceText source;
    private final Directives directives;
    private final List<SourceRange> emptyContinuations = new ArrayList<>();

    FileReader(SourceText source, Directives directives) {
      this.source = source;
      this.directives = directives;
    }

    List<Instruction> instructions() {
      List<Instruction> instructions = new ArrayList<>();
      InstructionReader reader = new InstructionReader(directives.escape());
      LineReader lines = new LineReader(source, source.lines(), directives.escape());
      for (LogicalLine line : lines.readFrom(directives.count())) {
        if (line.emptyContinuation()) {
          emptyContinuations.add(line.range());
        }
        try {
          instructions.add(reader.read(line));
        } catch (SyntaxException e) {
          throw source.error(line.range(), e.problem());
        }
      }
      return instructions;
    }

    Dockerfile read() {
      List<Instruction.Arg> globals = new ArrayList<>();
      List<Stage> stages = new ArrayList<>();
      Instruction.From from = null;
      List<Instruction> body = new ArrayList<>();
      for (Instruction instruction : instructions()) {
        if (instruction instanceof Instruction.From next) {
          if (from != null) {
            stages.add(stage(stages.size(), from, body));
          }
          from = next;
          body.clear();
        } else if (from != null) {
          body.add(instruction);
        } else if (instruction instanceof Instruction.Arg arg) {
          globals.add(arg);
        } else {
          throw source.error(
              instruction.origin().range(),
              "a Dockerfile begins with FROM; only ARG may stand before it");
        }
      }
      if (from == null) {
        throw source.error(
            SourceRange.line(1), "the file has no FROM, so there is nothing to build");
      }
      stages.add(stage(stages.size(), from, body));
      return new Dockerfile(source, directives, globals, stages, emptyContinuations);
    }

    private static Stage stage(int index, Instruction.From from, List<Instruction> body) {
      String name = from.stageName();
      return new Stage(index, from, name == null ? null : name.toLowerCase(Locale.ROOT), body);
    }
  }
}
