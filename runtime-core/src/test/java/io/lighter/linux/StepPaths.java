package io.lighter.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Looks at the paths of a launch program: those that could lead out of a container's root. */
public final class StepPaths {
  /** Calls whose path is one name in a folder that is open. */
  private static final Set<SystemCall> ONE_NAME =
      Set.of(SystemCall.MKDIRAT, SystemCall.MKNODAT, SystemCall.FCHOWNAT);

  private StepPaths() {}

  /** Returns the steps whose path may lead out, as text. */
  public static List<String> unsafe(LaunchProgram program) {
    List<String> unsafe = new ArrayList<>();
    for (Step step : program.steps()) {
      if (!isSafe(step)) {
        unsafe.add(step.toString());
      }
    }
    return unsafe;
  }

  private static boolean isSafe(Step step) {
    List<Object> arguments = step.arguments();
    SystemCall call = step.call();
    if (ONE_NAME.contains(call)) {
      return isDescriptor(arguments.get(0)) && isName(arguments.get(1));
    }
    return switch (call) {
      case SYMLINKAT -> isDescriptor(arguments.get(1)) && isName(arguments.get(2));
      case OPENAT2 -> {
        String how = step.toString();
        yield how.contains("RESOLVE_IN_ROOT") || how.contains("RESOLVE_BENEATH");
      }
      case MOUNT -> arguments.get(2) instanceof Number || !isAbsolute(arguments.get(1));
      case OPEN_TREE, MOUNT_SETATTR -> isAbsolute(arguments.get(1)) || arguments.get(1).equals("");
      case CHDIR, CHROOT, STATFS, SETXATTR, LSETXATTR -> false;
      default -> true;
    };
  }

  /** A step that opened it, or what the starter opened: not the working folder of anybody. */
  private static boolean isDescriptor(Object argument) {
    return argument instanceof Step || argument instanceof LaunchProgram.Parameter;
  }

  private static boolean isName(Object argument) {
    return argument instanceof String name
        && !name.isEmpty()
        && name.indexOf('/') < 0
        && !name.equals(".")
        && !name.equals("..");
  }

  private static boolean isAbsolute(Object argument) {
    return argument instanceof String path && path.startsWith("/") && !path.equals("/");
  }
}
