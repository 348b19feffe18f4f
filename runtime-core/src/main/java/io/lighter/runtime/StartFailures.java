package io.lighter.runtime;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Step;
import io.lighter.runtime.launch.LaunchPlan;
import java.util.List;

/** What a user is told when a launch program did not reach its exec. */
final class StartFailures {
  private StartFailures() {}

  static StartException of(
      LaunchPlan plan, LaunchImage image, LaunchFailure failure, List<String> args) {
    String command = args.getFirst();
    if (!isExec(plan, failure)) {
      return new StartException(
          StartException.Kind.RUNTIME,
          "the container could not be set up: " + refused(plan, failure));
    }
    int errno = decisive(plan, image, failure.errno());
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR ->
          new StartException(StartException.Kind.COMMAND_NOT_FOUND, notFound(command));
      case Errno.EACCES, Errno.EPERM ->
          notRunnable(
              command, "permission denied (it is a folder, not executable, or on a noexec mount)");
      case Errno.ENOEXEC ->
          notRunnable(
              command,
              "exec format error (made for another architecture, or a script without a #! line)");
      case Errno.ELIBBAD -> notRunnable(command, "its program interpreter is not an ELF file");
      case Errno.E2BIG -> notRunnable(command, "the arguments and environment are too long");
      case Errno.ELOOP -> notRunnable(command, "too many symbolic links, or #! lines in a circle");
      case Errno.ETXTBSY -> notRunnable(command, "the file is being written to");
      default -> notRunnable(command, failure.toString());
    };
  }

  /** A step that stands for a field of the specification is told by the field's name. */
  private static String refused(LaunchPlan plan, LaunchFailure failure) {
    for (LaunchPlan.Demand demand : plan.demands()) {
      if (demand.step().index() + 1 == failure.step() && failure.errno() != 0) {
        String reason = demand.reason(failure.errno());
        return demand.field()
            + ": the host refuses it"
            + (reason == null ? "" : " (" + reason + ")")
            + ": "
            + failure;
      }
    }
    return failure.toString();
  }

  private static String notFound(String command) {
    String why =
        command.indexOf('/') < 0
            ? "executable file not found in $PATH"
            : "no such file or directory (the file itself, or the interpreter that it names)";
    return "exec \"" + command + "\": " + why;
  }

  private static StartException notRunnable(String command, String why) {
    return new StartException(
        StartException.Kind.COMMAND_NOT_RUNNABLE, "exec \"" + command + "\": " + why);
  }

  private static boolean isExec(LaunchPlan plan, LaunchFailure failure) {
    for (Step exec : plan.execs()) {
      if (exec.index() + 1 == failure.step()) {
        return failure.errno() != 0;
      }
    }
    return false;
  }

  /** A file that may not be run says more than the folders of PATH that do not have it. */
  private static int decisive(LaunchPlan plan, LaunchImage image, int last) {
    for (Step exec : plan.execs()) {
      if (image.result(exec) == -Errno.EACCES) {
        return Errno.EACCES;
      }
    }
    return last;
  }
}
