package io.lighter.images.dockerfile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules on stages and their instructions that need no values of variables. */
final class StageRules {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)");
  private static final Pattern NO_SECRET = Pattern.compile("(?i)(?:_|^)public(?:_|$)");
  private static final Pattern PORT = Pattern.compile("[^:]*:.*|\\d+\\.\\d+\\.\\d+\\.\\d+.*");

  private final Dockerfile file;
  private final IgnoreRules ignored;
  private final List<LintWarning> found;
  private final Set<String> stageNames = new HashSet<>();

  StageRules(Dockerfile file, IgnoreRules ignored, List<LintWarning> found) {
    this.file = file;
    this.ignored = ignored;
    this.found = found;
  }

  void check() {
    for (Instruction.Arg arg : file.globals()) {
      argument(arg);
    }
    for (Stage stage : file.stages()) {
      from(stage);
      boolean ownShell =
          stage.instructions().stream().anyMatch(Instruction.Shell.class::isInstance);
      Map<String, Instruction> last = new HashMap<>();
      for (Instruction instruction : stage.instructions()) {
        once(instruction, last);
        instruction(instruction, ownShell);
      }
    }
  }

  private void warn(LintRule rule, Instruction at, String message) {
    found.add(new LintWarning(rule, at.origin().range(), message));
  }

  private void from(Stage stage) {
    Instruction.From from = stage.from();
    String name = stage.name();
    if (name != null && !stageNames.add(name)) {
      warn(LintRule.DUPLICATE_STAGE_NAME, from, "another stage is called " + name + " as well");
    }
    if ("scratch".equals(name) || "context".equals(name)) {
      warn(LintRule.RESERVED_STAGE_NAME, from, "a stage should not be called " + name);
    }
    String platform = from.platform();
    if (platform != null && platform.matches("\\$\\{?TARGETPLATFORM\\}?")) {
      warn(
          LintRule.REDUNDANT_TARGET_PLATFORM,
          from,
          "--platform=" + platform + " is what FROM does anyway");
    } else if (platform != null && !platform.contains("$") && !isNamedByPlatform(name, platform)) {
      warn(
          LintRule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
          from,
          "--platform=" + platform + " makes an image of one platform only");
    }
    if (name != null) {
      described(from, name);
    }
  }

  /** A stage for each platform says so in its name. */
  private static boolean isNamedByPlatform(@Nullable String name, String platform) {
    if (name == null) {
      return false;
    }
    for (String part : platform.toLowerCase(Locale.ROOT).split("/", -1)) {
      if (name.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private void described(Instruction instruction, String name) {
    List<String> comment = instruction.origin().comment();
    if (comment.isEmpty()) {
      return;
    }
    String last = comment.getLast();
    if (!last.isEmpty() && !last.equals(name) && !last.startsWith(name + " ")) {
      warn(
          LintRule.INVALID_DEFINITION_DESCRIPTION,
          instruction,
          "the comment above should be # " + name + " DESCRIPTION, or have an empty line after it");
    }
  }

  private void argument(Instruction.Arg arg) {
    for (Variable variable : arg.variables()) {
      secret(arg, "ARG", variable.name());
    }
    described(arg, arg.variables().getFirst().name());
  }

  private void secret(Instruction at, String kind, String name) {
    if (SECRET.matcher(name).find() && !NO_SECRET.matcher(name).find()) {
      warn(
          LintRule.SECRETS_USED_IN_ARG_OR_ENV,
          at,
          kind + " " + name + " looks like a secret; use RUN --mount=type=secret");
    }
  }

  private void once(Instruction instruction, Map<String, Instruction> last) {
    switch (instruction) {
      case Instruction.Cmd _, Instruction.Entrypoint _, Instruction.HealthCheck _ -> {
        Instruction before = last.put(instruction.name(), instruction);
        if (before != null) {
          warn(
              LintRule.MULTIPLE_INSTRUCTIONS_DISALLOWED,
              before,
              "a later " + instruction.name() + " of this stage takes the place of this one");
        }
      }
      default -> {}
    }
  }

  private void instruction(Instruction instruction, boolean ownShell) {
    switch (instruction) {
      case Instruction.Arg arg -> argument(arg);
      case Instruction.Env env -> {
        env.pairs().forEach(pair -> secret(env, "ENV", pair.key()));
        legacy(env, env.pairs());
      }
      case Instruction.Label label -> legacy(label, label.pairs());
      case Instruction.Maintainer maintainer ->
          warn(
              LintRule.MAINTAINER_DEPRECATED,
              maintainer,
              "write LABEL org.opencontainers.image.authors=\"" + maintainer.author() + "\"");
      case Instruction.Cmd cmd -> json(cmd, cmd.command(), ownShell);
      case Instruction.Entrypoint entrypoint -> json(entrypoint, entrypoint.command(), ownShell);
      case Instruction.Expose expose -> expose.ports().forEach(port -> port(expose, port));
      case Instruction.Copy copy when copy.from() == null -> ignoredSources(copy, copy.sources());
      case Instruction.Add add -> ignoredSources(add, add.sources());
      default -> {}
    }
  }

  private void legacy(Instruction at, List<KeyValue> pairs) {
    KeyValue first = pairs.getFirst();
    if (first.legacy()) {
      warn(
          LintRule.LEGACY_KEY_VALUE_FORMAT,
          at,
          "write " + at.origin().keyword() + " " + first.key() + "=VALUE");
    }
  }

  private void json(Instruction at, CommandLine command, boolean ownShell) {
    if (command.shell() && !ownShell) {
      warn(
          LintRule.JSON_ARGS_RECOMMENDED,
          at,
          at.name()
              + " in shell form runs below a shell, which passes no signals on; write "
              + at.name()
              + " [\"PROGRAM\", \"ARGUMENT\"]");
    }
  }

  private void port(Instruction.Expose expose, String port) {
    int slash = port.lastIndexOf('/');
    String protocol = slash < 0 ? "" : port.substring(slash + 1);
    if (!protocol.contains("$") && !protocol.equals(protocol.toLowerCase(Locale.ROOT))) {
      warn(
          LintRule.EXPOSE_PROTO_CASING,
          expose,
          port + " should be " + port.toLowerCase(Locale.ROOT));
    }
    if (!port.contains("$") && PORT.matcher(port).matches()) {
      warn(
          LintRule.EXPOSE_INVALID_FORMAT,
          expose,
          port + " has an address or a port of the host; EXPOSE has the container's port only");
    }
  }

  private void ignoredSources(Instruction at, Sources sources) {
    for (String path : sources.paths()) {
      String clean = CleanPath.rooted(path).substring(1);
      boolean literal =
          !path.contains("$") && !PathPattern.isPattern(path) && !path.contains("://");
      if (literal && !clean.isEmpty() && ignored.ignores(clean) && !ignored.mayTakeBack()) {
        warn(LintRule.COPY_IGNORED_FILE, at, path + " is left out of the context by .dockerignore");
      }
    }
  }
}
