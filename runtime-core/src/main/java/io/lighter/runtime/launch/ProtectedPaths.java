package io.lighter.runtime.launch;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.runtime.spec.LinuxConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a launch program that masks paths and makes paths read-only: config-linux.md, "Masked
 * Paths" and "Readonly Paths".
 */
final class ProtectedPaths {
  private final LaunchProgram program;
  private final Parameter root;
  private final PathKinds host;
  private final List<String> masked;
  private final List<String> readonly;
  private final @Nullable String emptyFolder;

  /**
   * Prepares the part.
   *
   * @param emptyFolder what hides folders, or null where a new file system must do it
   */
  ProtectedPaths(
      LaunchProgram program,
      Parameter root,
      PathKinds host,
      LinuxConfig linux,
      @Nullable String emptyFolder) {
    this.program = program;
    this.root = root;
    this.host = host;
    this.masked = normalized("linux.maskedPaths[]", linux.maskedPaths());
    this.readonly = normalized("linux.readonlyPaths[]", linux.readonlyPaths());
    this.emptyFolder = emptyFolder;
  }

  private static List<String> normalized(String field, List<String> paths) {
    List<String> result = new ArrayList<>(paths.size());
    for (String path : paths) {
      result.add(ContainerPath.normalize(field, path));
    }
    return result;
  }

  /** Those in a file system of the kernel's, if it is mounted new. */
  void below(String mountPoint, MountPlan mounts) {
    Step mount = mounts.madeAt(mountPoint);
    if (mount == null) {
      return;
    }
    new MaskPlan(program, root, host, emptyFolder)
        .inKernelFileSystem(
            mountPoint,
            mount,
            masked,
            readonly,
            mounts.readonlyAt(mountPoint),
            mounts.writableBelow(mountPoint));
    mounts.left();
  }

  /** All others. */
  void elsewhere(MountPlan mounts) {
    MaskPlan plan = new MaskPlan(program, root, host, emptyFolder);
    for (String path : readonly) {
      if (!inKernelFileSystem(mounts, path)) {
        plan.readonly(mounts.place(path));
      }
    }
    for (String path : masked) {
      if (!inKernelFileSystem(mounts, path)) {
        plan.mask(mounts.place(path), mounts.kindAt(path));
      }
    }
  }

  private static boolean inKernelFileSystem(MountPlan mounts, String path) {
    return (ContainerPath.isBelow(path, "/proc") && mounts.madeAt("/proc") != null)
        || (ContainerPath.isBelow(path, "/sys") && mounts.madeAt("/sys") != null);
  }
}
