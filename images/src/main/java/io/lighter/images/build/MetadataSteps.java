package io.lighter.images.build;

import io.lighter.images.dockerfile.CommandLine;
import io.lighter.images.dockerfile.Instruction;
import io.lighter.images.dockerfile.KeyValue;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.dockerfile.Variable;
import io.lighter.images.dockerfile.WordExpander;
import io.lighter.images.manifest.HealthCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The instructions that change the configuration and no file. */
final class MetadataSteps {
  private final BuildArguments arguments;
  private final StepHistory history;

  MetadataSteps(BuildArguments arguments, StepHistory history) {
    this.arguments = arguments;
    this.history = history;
  }

  /** Carries one out; returns false when it is not one of them. */
  boolean apply(Instruction instruction, StageState state, WordExpander expander) {
    String entry =
        switch (instruction) {
          case Instruction.Arg arg -> declare(arg, state, expander);
          case Instruction.Env env -> "ENV " + joined(environment(env, state, expander));
          case Instruction.Label label -> "LABEL " + joined(labels(label, state, expander));
          case Instruction.Maintainer maintainer -> maintainer(maintainer, state);
          case Instruction.Cmd cmd -> command(cmd, state);
          case Instruction.Entrypoint entrypoint -> entrypoint(entrypoint, state);
          case Instruction.Expose expose -> "EXPOSE " + expose(expose, state, expander);
          case Instruction.Volume volume -> "VOLUME " + volumes(volume, state, expander);
          case Instruction.User user -> user(user, state, expander);
          case Instruction.StopSignal signal -> stopSignal(signal, state, expander);
          case Instruction.Shell shell -> shell(shell, state);
          case Instruction.HealthCheck check -> healthCheck(check, state);
          case Instruction.OnBuild trigger -> onBuild(trigger, state);
          case Instruction.From _,
              Instruction.Run _,
              Instruction.Copy _,
              Instruction.Add _,
              Instruction.Workdir _ ->
              null;
        };
    if (entry == null) {
      return false;
    }
    state.addHistory(history.withoutLayer(state, entry));
    return true;
  }

  private String declare(Instruction.Arg arg, StageState state, WordExpander expander) {
    List<String> told = new ArrayList<>();
    for (Variable variable : arg.variables()) {
      String name = expander.word(variable.name());
      String otherwise = variable.value() == null ? null : expander.word(variable.value());
      String value = arguments.declared(name, otherwise);
      if (value != null) {
        state.arguments().put(name, value);
      }
      boolean secret = value == null || BuildArguments.PROXIES.contains(name);
      told.add(secret ? name : name + "=" + value);
    }
    return "ARG " + String.join(" ", told);
  }

  private static Map<String, String> pairs(List<KeyValue> pairs, WordExpander expander) {
    Map<String, String> expanded = new LinkedHashMap<>();
    for (KeyValue pair : pairs) {
      expanded.put(expander.word(pair.key()), expander.word(pair.value()));
    }
    return expanded;
  }

  private static String joined(Map<String, String> pairs) {
    return pairs.entrySet().stream()
        .map(pair -> pair.getKey() + "=" + pair.getValue())
        .collect(Collectors.joining(" "));
  }

  private static Map<String, String> environment(
      Instruction.Env env, StageState state, WordExpander expander) {
    Map<String, String> set = pairs(env.pairs(), expander);
    if (set.containsKey("")) {
      throw new SyntaxException("a name of ENV is empty");
    }
    Map<String, String> all = state.environment();
    all.putAll(set);
    List<String> settings = new ArrayList<>();
    all.forEach((name, value) -> settings.add(name + "=" + value));
    state.change(draft -> draft.env = settings);
    return set;
  }

  private static Map<String, String> labels(
      Instruction.Label label, StageState state, WordExpander expander) {
    Map<String, String> set = pairs(label.pairs(), expander);
    Map<String, String> all = new LinkedHashMap<>(state.config().labels());
    all.putAll(set);
    state.change(draft -> draft.labels = all);
    return set;
  }

  private static String maintainer(Instruction.Maintainer maintainer, StageState state) {
    state.setAuthor(maintainer.author());
    return "MAINTAINER " + maintainer.author();
  }

  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(" ", "[", "]"));
  }

  private static String command(Instruction.Cmd cmd, StageState state) {
    List<String> words = cmd.command().arguments(state.shell());
    state.change(draft -> draft.cmd = words);
    state.setCommandIsOwn();
    return "CMD " + quoted(words);
  }

  /** A command that the base image brought would be arguments of another program. */
  private static String entrypoint(Instruction.Entrypoint entrypoint, StageState state) {
    List<String> words = entrypoint.command().arguments(state.shell());
    state.change(
        draft -> {
          draft.entrypoint = words;
          if (!state.commandIsOwn()) {
            draft.cmd = List.of();
          }
        });
    return "ENTRYPOINT " + quoted(words);
  }

  private static List<String> expose(
      Instruction.Expose expose, StageState state, WordExpander expander) {
    Set<String> all = new LinkedHashSet<>(state.config().exposedPorts());
    List<String> told = new ArrayList<>();
    for (String text : expose.ports()) {
      for (String word : expander.words(text)) {
        List<String> ports = ExposedPorts.of(word);
        all.addAll(ports);
        told.addAll(ports);
      }
    }
    state.change(draft -> draft.exposedPorts = all);
    return told;
  }

  private static List<String> volumes(
      Instruction.Volume volume, StageState state, WordExpander expander) {
    Set<String> all = new LinkedHashSet<>(state.config().volumes());
    List<String> told = new ArrayList<>();
    for (String text : volume.paths()) {
      String path = expander.word(text);
      if (path.isEmpty()) {
        throw new SyntaxException("a path of VOLUME is empty: " + text);
      }
      all.add(path);
      told.add(path);
    }
    state.change(draft -> draft.volumes = all);
    return told;
  }

  private static String user(Instruction.User user, StageState state, WordExpander expander) {
    String name = expander.word(user.user());
    state.change(draft -> draft.user = name);
    return "USER " + name;
  }

  private static String stopSignal(
      Instruction.StopSignal signal, StageState state, WordExpander expander) {
    String name = expander.word(signal.signal());
    if (!name.matches("(?i)\\d{1,2}|(SIG)?[A-Z][A-Z0-9]*([+-]\\d{1,2})?")) {
      throw new SyntaxException(name + " is no signal; write SIGTERM, TERM or 15");
    }
    state.change(draft -> draft.stopSignal = name);
    return "STOPSIGNAL " + name;
  }

  private static String shell(Instruction.Shell shell, StageState state) {
    state.change(draft -> draft.shell = shell.words());
    return "SHELL [" + String.join(" ", shell.words()) + "]";
  }

  private static String healthCheck(Instruction.HealthCheck check, StageState state) {
    CommandLine command = check.test();
    List<String> test = new ArrayList<>();
    if (command == null) {
      test.add("NONE");
    } else {
      test.add(command.shell() ? "CMD-SHELL" : "CMD");
      test.addAll(command.words());
    }
    HealthCheck health =
        new HealthCheck(
            test,
            nanos(check.interval()),
            nanos(check.timeout()),
            nanos(check.startPeriod()),
            nanos(check.startInterval()),
            check.retries() == null ? 0 : check.retries());
    state.change(draft -> draft.healthCheck = health);
    return check.origin().text();
  }

  private static long nanos(@Nullable Duration duration) {
    return duration == null ? 0 : duration.toNanos();
  }

  private static String onBuild(Instruction.OnBuild trigger, StageState state) {
    List<String> all = new ArrayList<>(state.config().onBuild());
    all.add(trigger.text());
    state.change(draft -> draft.onBuild = all);
    return "ONBUILD " + trigger.text();
  }
}
