package io.lighter.runtime;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Signals;
import io.lighter.linux.Step;
import io.lighter.linux.StepResults;
import io.lighter.runtime.launch.ExecPlan;
import io.lighter.runtime.launch.LaunchPlan;
import io.lighter.runtime.launch.LaunchPlan.MountSteps;
import java.util.List;

/** What a user is told when a launch program did not reach its exec. */
final class StartFailures {
  private StartFailures() {}

  static StartException of(
      Linux linux, LaunchPlan plan, LaunchImage image, LaunchFailure failure, List<String> args) {
    String context = ofDemand(plan.demands(), failure) + ofMount(linux, plan, failure);
    return of(plan.execs(), context, image, failure, args);
  }

  static StartException of(
      ExecPlan plan, LaunchImage image, LaunchFailure failure, List<String> args) {
    return of(plan.execs(), ofDemand(plan.demands(), failure), image, failure, args);
  }

  private static StartException of(
      List<Step> execs,
      String context,
      LaunchImage image,
      LaunchFailure failure,
      List<String> args) {
    String command = args.getFirst();
    if (!isExec(execs, failure)) {
      return new StartException(
          StartException.Kind.RUNTIME, "the container could not be set up: " + context + failure);
    }
    return ofExec(command, decisive(execs, image, failure.errno()));
  }

  /** Ends a process that shall not come to be, and reports what hinders that beside the cause. */
  static void end(Linux linux, PidFd process, RuntimeException cause) {
    try (process) {
      linux.processes().signal(process, Signals.SIGKILL);
      linux.processes().waitFor(process);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** What a user is told when a command could not be executed. */
  static StartException ofExec(String command, int errno) {
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
      default -> notRunnable(command, Errno.name(errno) + " (" + Errno.message(errno) + ")");
    };
  }

  /** Says which mount a step belongs to, and which of its options the kernel refuses. */
  private static String ofMount(Linux linux, LaunchPlan plan, LaunchFailure failure) {
    for (MountSteps mount : plan.mounts()) {
      if (mount.contains(failure.step() - 1)) {
        String refused = RefusedOption.find(linux, mount.what(), mount.options());
        return "the mount at "
            + mount.destination()
            + " ("
            + mount.what()
            + "): "
            + (refused == null ? "" : refused + ": ");
      }
    }
    return "";
  }

  /** A step that stands for a field of the specification is told by the field's name. */
  private static String ofDemand(List<LaunchPlan.Demand> demands, LaunchFailure failure) {
    for (LaunchPlan.Demand demand : demands) {
      if (demand.step().index() + 1 == failure.step() && failure.errno() != 0) {
        String reason = demand.reason(failure.errno());
        return demand.field()
            + ": the host refuses it"
            + (reason == null ? "" : " (" + reason + ")")
            + ": ";
      }
    }
    return "";
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

  private static boolean isExec(List<Step> execs, LaunchFailure failure) {
    for (Step exec : execs) {
      if (exec.index() + 1 == failure.step()) {
        return failure.errno() != 0;
      }
    }
    return false;
  }

  /** What a user is told when a process that waited could not be executed. */
  static StartException of(String command, StepResults results) {
    int errno = 0;
    for (int i = 0; i < results.size(); i++) {
      int found = (int) -results.result(i);
      if (found == Errno.EACCES) {
        return ofExec(command, found);
      }
      errno = found;
    }
    return ofExec(command, errno);
  }

  /** A file that may not be run says more than the folders of PATH that do not have it. */
  private static int decisive(List<Step> execs, LaunchImage image, int last) {
    for (Step exec : execs) {
      if (image.result(exec) == -Errno.EACCES) {
        return Errno.EACCES;
      }
    }
    return last;
  }
}
