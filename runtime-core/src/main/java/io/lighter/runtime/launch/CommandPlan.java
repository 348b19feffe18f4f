package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.Process;
import java.util.ArrayList;
import java.util.List;

/**
 * The exec, as execvp(3) does it: a name without a slash is tried in each folder of the container's
 * PATH, and the kernel is the judge of what is there.
 */
final class CommandPlan {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Whether a file can be executed, for access(2). */
  private static final int X_OK = 1;

  private CommandPlan() {}

  /**
   * Adds the steps that ask whether there is something to execute, and returns them. What they find
   * is for the parent to judge; whatever they find, the program goes on.
   */
  static List<Step> addLookups(LaunchProgram program, Process process) {
    List<Step> steps = new ArrayList<>();
    for (String candidate : candidates(process.args().getFirst(), process.env())) {
      // Without faccessat2 by the real ids, which are the effective ones since the change of them.
      Step lookup =
          program.missing(SystemCall.FACCESSAT2)
              ? program.call(SystemCall.FACCESSAT, AT_FDCWD, candidate, X_OK)
              : program.call(SystemCall.FACCESSAT2, AT_FDCWD, candidate, X_OK, AT_EACCESS);
      steps.add(lookup.tolerateAny());
    }
    return steps;
  }

  /** Adds the steps and returns them. */
  static List<Step> add(LaunchProgram program, Process process) {
    String command = process.args().getFirst();
    if (command.isEmpty()) {
      throw new IllegalArgumentException("process.args[0] is empty: there is no command to run");
    }
    List<Step> steps = new ArrayList<>();
    for (String candidate : candidates(command, process.env())) {
      steps.add(program.call(SystemCall.EXECVE, candidate, process.args(), process.env()));
    }
    for (Step step : steps.subList(0, steps.size() - 1)) {
      step.tolerate(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES);
    }
    return steps;
  }

  private static List<String> candidates(String command, List<String> env) {
    if (command.indexOf('/') >= 0) {
      return List.of(command);
    }
    List<String> candidates = new ArrayList<>();
    for (String folder : path(env).split(":", -1)) {
      // An empty entry is the working folder, as execvp has it.
      candidates.add(folder.isEmpty() ? "./" + command : folder + "/" + command);
    }
    return candidates;
  }

  private static String path(List<String> env) {
    for (String variable : env) {
      if (variable.startsWith("PATH=") && variable.length() > "PATH=".length()) {
        return variable.substring("PATH=".length());
      }
    }
    return DEFAULT_PATH;
  }
}
