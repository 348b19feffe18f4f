package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules on variables, and on folders that count from others. */
final class VariableRules {
  private static final Set<String> ALWAYS =
      Set.of(
          "HTTP_PROXY",
          "http_proxy",
          "HTTPS_PROXY",
          "https_proxy",
          "FTP_PROXY",
          "ftp_proxy",
          "NO_PROXY",
          "no_proxy",
          "ALL_PROXY",
          "all_proxy",
          "PATH");
  private static final Pattern IMAGE =
      Pattern.compile("[\\w.-]+(:\\d+)?(/[\\w.-]+)*(:[\\w.-]+)?(@\\w+:[0-9a-f]+)?");

  /** What a stage leaves to those that are built upon it. */
  private record After(@Nullable Set<String> names, boolean hasFolder) {}

  private final Dockerfile file;
  private final Set<String> given;
  private final Function<String, @Nullable Set<String>> environments;
  private final List<LintWarning> found;
  private final char escape;
  private final Map<String, String> globals = new HashMap<>();
  private final List<After> stages = new ArrayList<>();

  VariableRules(
      Dockerfile file,
      Set<String> given,
      Function<String, @Nullable Set<String>> environments,
      List<LintWarning> found) {
    this.file = file;
    this.given = given;
    this.environments = environments;
    this.found = found;
    this.escape = file.directives().escape();
  }

  void check() {
    Set<String> declared = new HashSet<>();
    for (Instruction.Arg arg : file.globals()) {
      for (Variable variable : arg.variables()) {
        declared.add(variable.name());
        String value = variable.value();
        if (value != null) {
          globals.put(variable.name(), quietly(value, name -> globals.get(name)));
        }
      }
    }
    for (Stage stage : file.stages()) {
      from(stage.from(), declared);
      stages.add(stage(stage));
    }
  }

  private String quietly(String text, Function<String, @Nullable String> variables) {
    try {
      return WordExpander.of(escape, variables).word(text);
    } catch (SyntaxException e) {
      return "";
    }
  }

  private void from(Instruction.From from, Set<String> declared) {
    WordExpander expander =
        WordExpander.of(
            escape,
            name -> {
              String value = globals.get(name);
              boolean known = declared.contains(name) || Linter.isAutomatic(name);
              return value != null ? value : known ? "" : null;
            });
    try {
      String platform = from.platform() == null ? "" : expander.word(from.platform());
      String image = expander.word(from.image());
      for (String name : expander.missing()) {
        warn(
            LintRule.UNDEFINED_ARG_IN_FROM,
            from,
            "FROM uses $"
                + name
                + ", which no ARG before it declares"
                + NearestWord.hint(name, declared));
      }
      boolean usesArgument = from.image().contains("$") && expander.missing().isEmpty();
      if (usesArgument && !IMAGE.matcher(image).matches() && platform.isBlank()) {
        warn(
            LintRule.INVALID_DEFAULT_ARG_IN_FROM,
            from,
            from.image() + " names no image unless build arguments are given");
      }
    } catch (SyntaxException e) {
      // The build refuses it by itself.
    }
  }

  private void warn(LintRule rule, Instruction at, String message) {
    found.add(new LintWarning(rule, at.origin().range(), message));
  }

  private After stage(Stage stage) {
    String image = quietly(stage.from().image(), globals::get);
    After base = base(stage.index(), image);
    Set<String> names = base.names() == null ? null : new HashSet<>(base.names());
    boolean hasFolder = base.hasFolder();
    for (Instruction instruction : stage.instructions()) {
      if (names != null) {
        use(instruction, names);
      }
      switch (instruction) {
        case Instruction.Arg arg ->
            declare(names, arg.variables().stream().map(Variable::name).toList());
        case Instruction.Env env ->
            declare(names, env.pairs().stream().map(KeyValue::key).toList());
        case Instruction.Workdir workdir -> {
          if (!hasFolder && !isAbsolute(workdir.path())) {
            warn(
                LintRule.WORKDIR_RELATIVE_PATH,
                workdir,
                "WORKDIR " + workdir.path() + " counts from a folder that the base image chose");
          }
          hasFolder = true;
        }
        default -> {}
      }
    }
    return new After(names, hasFolder);
  }

  private static boolean isAbsolute(String path) {
    return path.startsWith("/") || path.startsWith("$") || path.startsWith("\"/");
  }

  private After base(int index, String image) {
    for (int i = index - 1; i >= 0; i--) {
      if (file.stages().get(i).isCalled(image)) {
        return stages.get(i);
      }
    }
    return image.equals("scratch")
        ? new After(Set.of(), false)
        : new After(environments.apply(image), false);
  }

  private static void declare(@Nullable Set<String> names, List<String> declared) {
    if (names != null) {
      names.addAll(declared);
    }
  }

  private void use(Instruction instruction, Set<String> names) {
    Function<String, @Nullable String> known =
        name -> names.contains(name) || ALWAYS.contains(name) ? "" : null;
    WordExpander expander = WordExpander.of(escape, known);
    for (String text : expanded(instruction)) {
      try {
        expander.word(text);
      } catch (SyntaxException e) {
        // The build refuses it by itself.
      }
    }
    for (String name : expander.missing()) {
      String hint = NearestWord.hint("$" + name, names.stream().map(n -> "$" + n).toList());
      String why = given.contains(name) ? "; declare it by ARG " + name : hint;
      warn(LintRule.UNDEFINED_VAR, instruction, "$" + name + " is not set here" + why);
    }
  }

  /** The texts of an instruction in which variables are substituted. */
  private static List<String> expanded(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Env env -> env.pairs().stream().map(KeyValue::value).toList();
      case Instruction.Label label -> label.pairs().stream().map(KeyValue::value).toList();
      case Instruction.Arg arg ->
          arg.variables().stream().map(v -> v.value() == null ? "" : v.value()).toList();
      case Instruction.Copy copy -> sources(copy.sources());
      case Instruction.Add add -> sources(add.sources());
      case Instruction.Expose expose -> expose.ports();
      case Instruction.Volume volume -> volume.paths();
      case Instruction.User user -> List.of(user.user());
      case Instruction.Workdir workdir -> List.of(workdir.path());
      case Instruction.StopSignal signal -> List.of(signal.signal());
      default -> List.of();
    };
  }

  private static List<String> sources(Sources sources) {
    List<String> all = new ArrayList<>(sources.paths());
    all.add(sources.destination());
    return all;
  }
}
