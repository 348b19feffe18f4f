package io.lighter.images.dockerfile;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns the text of one instruction into the instruction. */
final class InstructionReader {
  private static final List<String> NAMES =
      List.of(
          "ADD",
          "ARG",
          "CMD",
          "COPY",
          "ENTRYPOINT",
          "ENV",
          "EXPOSE",
          "FROM",
          "HEALTHCHECK",
          "LABEL",
          "MAINTAINER",
          "ONBUILD",
          "RUN",
          "SHELL",
          "STOPSIGNAL",
          "USER",
          "VOLUME",
          "WORKDIR");
  private static final List<String> RUN_FLAGS = List.of("mount", "network", "security", "device");

  private final char escape;

  InstructionReader(char escape) {
    this.escape = escape;
  }

  Instruction read(LogicalLine line) {
    return read(line, line.text());
  }

  private Instruction read(LogicalLine line, String text) {
    String[] parts = text.split("\\s+", 2);
    String keyword = parts[0];
    String rest = parts.length > 1 ? parts[1].strip() : "";
    Origin origin = new Origin(line.range(), keyword, text, line.comment());
    String name = keyword.toUpperCase(Locale.ROOT);
    return switch (name) {
      case "ADD" -> FileInstructionReader.add(origin, rest, line.documents(), escape);
      case "COPY" -> FileInstructionReader.copy(origin, rest, line.documents(), escape);
      case "FROM" -> from(origin, rest);
      case "HEALTHCHECK" -> HealthCheckReader.read(origin, rest);
      case "ONBUILD" -> onBuild(origin, rest, line);
      case "RUN" -> run(origin, rest, line.documents());
      default -> {
        if (!NAMES.contains(name)) {
          throw new SyntaxException(
              "there is no instruction " + keyword + NearestWord.hint(keyword, NAMES));
        }
        yield withoutFlags(origin, name, FlagWords.of(name, rest, List.of()).rest());
      }
    };
  }

  private Instruction withoutFlags(Origin origin, String name, String text) {
    return switch (name) {
      case "ARG" -> new Instruction.Arg(origin, KeyValueReader.variables(text, escape));
      case "CMD" -> new Instruction.Cmd(origin, command(name, text));
      case "ENTRYPOINT" -> new Instruction.Entrypoint(origin, command(name, text));
      case "ENV" -> new Instruction.Env(origin, KeyValueReader.pairs(name, text, escape));
      case "LABEL" -> new Instruction.Label(origin, KeyValueReader.pairs(name, text, escape));
      case "EXPOSE" -> new Instruction.Expose(origin, List.of(one(name, text).split("\\s+", -1)));
      case "VOLUME" -> volume(origin, text);
      case "SHELL" -> shell(origin, text);
      case "USER" -> new Instruction.User(origin, one(name, text));
      case "WORKDIR" -> new Instruction.Workdir(origin, one(name, text));
      case "STOPSIGNAL" -> new Instruction.StopSignal(origin, one(name, text));
      default -> new Instruction.Maintainer(origin, one(name, text));
    };
  }

  private static String one(String name, String text) {
    if (text.isEmpty()) {
      throw new SyntaxException(name + " needs an argument");
    }
    return text;
  }

  private static CommandLine command(String name, String text) {
    return JsonForm.command(one(name, text));
  }

  private static Instruction.Volume volume(Origin origin, String text) {
    List<String> paths = JsonForm.words(one("VOLUME", text));
    if (paths.isEmpty() || paths.stream().anyMatch(String::isBlank)) {
      throw new SyntaxException("VOLUME needs paths that are not empty");
    }
    return new Instruction.Volume(origin, paths);
  }

  private static Instruction.Shell shell(Origin origin, String text) {
    List<String> words = JsonForm.read(text);
    if (words == null || words.isEmpty()) {
      throw new SyntaxException("SHELL needs the JSON form, such as SHELL [\"/bin/sh\", \"-c\"]");
    }
    return new Instruction.Shell(origin, words);
  }

  private static Instruction.From from(Origin origin, String text) {
    FlagWords flags = FlagWords.of("FROM", text, List.of("platform"));
    String[] words = flags.rest().split("\\s+", -1);
    boolean named = words.length == 3 && words[1].equalsIgnoreCase("as");
    if (words[0].isEmpty() || (words.length != 1 && !named)) {
      throw new SyntaxException("write FROM IMAGE or FROM IMAGE AS NAME, not " + origin.text());
    }
    String name = named ? words[2] : null;
    if (name != null && !name.toLowerCase(Locale.ROOT).matches("[a-z][a-z0-9\\-_.]*")) {
      throw new SyntaxException(
          "a stage is named by a letter, then letters, digits, - _ and ., not " + name);
    }
    return new Instruction.From(
        origin, words[0], flags.value("platform"), name, named ? words[1] : null);
  }

  private static Instruction.Run run(Origin origin, String text, List<HereDocument> documents) {
    FlagWords flags = FlagWords.of("RUN", text, RUN_FLAGS);
    CommandLine command = JsonForm.command(one("RUN", flags.rest()));
    if (command.words().isEmpty()) {
      throw new SyntaxException("RUN needs a command");
    }
    return new Instruction.Run(
        origin,
        command,
        documents,
        flags.values("mount").stream().map(MountSpec::parse).toList(),
        network(flags.value("network")),
        insecure(flags.value("security")),
        flags.values("device").stream().map(DeviceRequest::parse).toList());
  }

  private static RunNetwork network(@Nullable String text) {
    return switch (text == null ? "default" : text) {
      case "default" -> RunNetwork.DEFAULT;
      case "none" -> RunNetwork.NONE;
      case "host" -> RunNetwork.HOST;
      default -> throw new SyntaxException("--network is default, none or host, not " + text);
    };
  }

  private static boolean insecure(@Nullable String text) {
    return switch (text == null ? "sandbox" : text) {
      case "sandbox" -> false;
      case "insecure" -> true;
      default -> throw new SyntaxException("--security is sandbox or insecure, not " + text);
    };
  }

  private Instruction.OnBuild onBuild(Origin origin, String text, LogicalLine line) {
    Instruction trigger = read(line, one("ONBUILD", text));
    if (trigger instanceof Instruction.OnBuild) {
      throw new SyntaxException("ONBUILD ONBUILD is not allowed: a trigger fires once");
    }
    if (trigger instanceof Instruction.From || trigger instanceof Instruction.Maintainer) {
      throw new SyntaxException("ONBUILD " + trigger.name() + " is not allowed");
    }
    StringBuilder kept = new StringBuilder(text);
    for (HereDocument document : line.documents()) {
      kept.append('\n').append(document.content()).append(document.name());
    }
    return new Instruction.OnBuild(origin, kept.toString(), trigger);
  }
}
