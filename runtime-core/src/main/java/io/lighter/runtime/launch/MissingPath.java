package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;

/**
 * The steps that make what is missing on the way to a mount's destination, one component at a time:
 * each parent is opened below the root, so that a link which appears meanwhile leads nowhere else.
 */
final class MissingPath {
  private final LaunchProgram program;
  private final Parameter root;
  private final PathKinds image;

  MissingPath(LaunchProgram program, Parameter root, PathKinds image) {
    this.program = program;
    this.root = root;
    this.image = image;
  }

  /**
   * Adds the steps.
   *
   * @param path normalized
   * @param folder whether the last component is a folder; otherwise it is an empty file
   * @param known how many characters of the path certainly exist because a mount of this program
   *     stands there; nothing is known of what lies behind them. 0 when the image can be asked
   */
  void make(String path, boolean folder, int known) {
    if (path.equals("/")) {
      return;
    }
    int end = known > 1 ? known : existing(path);
    while (end < path.length()) {
      int next = path.indexOf('/', end + 1);
      boolean last = next < 0;
      int stop = last ? path.length() : next;
      String name = path.substring(end + 1, stop);
      Object parent = end == 0 ? root : open(path.substring(0, end));
      if (last && !folder) {
        program.call(SystemCall.MKNODAT, parent, name, S_IFREG | 0644, 0).tolerate(Errno.EEXIST);
      } else {
        program.call(SystemCall.MKDIRAT, parent, name, 0755).tolerate(Errno.EEXIST);
      }
      end = stop;
    }
  }

  private Step open(String folder) {
    return PathSteps.openInRoot(program, root, folder, O_PATH | O_DIRECTORY, 0);
  }

  /** Returns the length of the longest part of the path that the image has. */
  private int existing(String path) {
    int end = path.length();
    while (end > 0 && image.of(path.substring(0, end)) == PathKinds.Kind.MISSING) {
      end = path.lastIndexOf('/', end - 1);
    }
    return end;
  }
}
