package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps that open a path below a root, as if that were {@code /}: one openat2, or where that is
 * missing one openat for each component, which follows no link. A link that the plan has not
 * resolved beforehand, because it lies in a volume or has appeared since, fails the start then
 * instead of being followed.
 */
final class OpenBelow {
  private static final int FOLDER = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

  private OpenBelow() {}

  /** Adds the steps and returns the last, whose result is the descriptor. */
  static Step add(LaunchProgram program, Object root, String path, int flags, long resolve) {
    return steps(program, root, path, flags, resolve).getLast();
  }

  /**
   * Adds the steps and returns all of them.
   *
   * @param root a descriptor, or the step that opened it
   * @param path normalized, from the root
   * @param flags O_ bits; O_CLOEXEC is added
   * @param resolve RESOLVE_ bits beyond RESOLVE_IN_ROOT
   */
  static List<Step> steps(
      LaunchProgram program, Object root, String path, int flags, long resolve) {
    String relative = ContainerPath.relative(path);
    if (!program.missing(SystemCall.OPENAT2)) {
      return List.of(
          program.call(
              SystemCall.OPENAT2,
              root,
              relative,
              openHow(flags | O_CLOEXEC, 0, RESOLVE_IN_ROOT | resolve),
              OPEN_HOW_SIZE));
    }
    List<Step> steps = new ArrayList<>();
    Object folder = root;
    int start = 0;
    for (int end = relative.indexOf('/'); end >= 0; end = relative.indexOf('/', start)) {
      Step next =
          program.call(SystemCall.OPENAT, folder, relative.substring(start, end), FOLDER, 0);
      steps.add(next);
      folder = next;
      start = end + 1;
    }
    int last = flags | O_NOFOLLOW | O_CLOEXEC;
    steps.add(program.call(SystemCall.OPENAT, folder, relative.substring(start), last, 0));
    return steps;
  }
}
