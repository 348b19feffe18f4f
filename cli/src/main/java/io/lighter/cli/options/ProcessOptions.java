package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.UserRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The process of a container and how it is joined to ours.
 *
 * @param command program and arguments; empty only for a bundle, which has its own, and for an
 *     image until {@link ImageDefaults} has filled in its own
 * @param environment settings {@code NAME=value} in the order in which they count; a bare name
 *     takes the variable away
 * @param workingFolder absolute path in the container
 * @param user who to run as
 * @param interactive whether our standard input is passed on
 * @param terminal whether the process gets a terminal
 * @param passSignals whether signals that we get are passed on
 */
public record ProcessOptions(
    List<String> command,
    List<String> environment,
    String workingFolder,
    UserRequest user,
    boolean interactive,
    boolean terminal,
    boolean passSignals) {

  /** What the image {@code host} runs when no command is given. */
  private static final String HOST_COMMAND = "/bin/sh";

  static ProcessOptions read(Flags flags, RootSource source, Path folder, Environment environment) {
    return new ProcessOptions(
        command(flags, source),
        EnvironmentFlags.read(flags, folder, environment),
        workingFolder(flags),
        user(flags),
        flags.isOn("interactive", false),
        flags.isOn("tty", false),
        flags.isOn("sig-proxy", true));
  }

  private static List<String> command(Flags flags, RootSource source) {
    List<String> operands = flags.operands();
    boolean host = source instanceof RootSource.Host;
    boolean image = host || source instanceof RootSource.Image;
    List<String> arguments = image ? operands.subList(1, operands.size()) : operands;
    String entrypoint = flags.last("entrypoint");
    if (entrypoint != null && !entrypoint.isEmpty()) {
      List<String> command = new ArrayList<>(arguments.size() + 1);
      command.add(entrypoint);
      command.addAll(arguments);
      return command;
    }
    if (!arguments.isEmpty()) {
      if (arguments.get(0).isEmpty()) {
        throw new UsageException("the command is an empty string");
      }
      return arguments;
    }
    if (source instanceof RootSource.Rootfs || entrypoint != null) {
      throw new UsageException("no command specified: name a program after the flags");
    }
    return host ? List.of(HOST_COMMAND) : List.of();
  }

  private static String workingFolder(Flags flags) {
    String given = flags.last("workdir");
    if (given == null || given.isEmpty()) {
      return "/";
    }
    if (given.charAt(0) != '/') {
      throw flags.invalid("workdir", given, "it needs to be an absolute path");
    }
    return ContainerPath.clean(given);
  }

  private static UserRequest user(Flags flags) {
    UserRequest request = UserRequest.DEFAULT;
    for (String user : flags.all("user")) {
      try {
        request = user.isEmpty() ? UserRequest.DEFAULT : UserRequest.parse(user);
      } catch (IllegalArgumentException e) {
        throw flags.invalid("user", user, String.valueOf(e.getMessage()));
      }
    }
    for (String group : flags.all("group-add")) {
      List<String> groups = new ArrayList<>(request.additionalGroups());
      groups.add(group);
      try {
        request = request.withAdditionalGroups(groups);
      } catch (IllegalArgumentException e) {
        throw flags.invalid("group-add", group, String.valueOf(e.getMessage()));
      }
    }
    return request;
  }
}
