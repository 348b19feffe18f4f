package io.lighter.cli.run;

import io.lighter.cli.options.ContainerPath;
import io.lighter.cli.options.MountRequest;
import io.lighter.cli.options.NamespaceOptions;
import io.lighter.cli.options.RunOptions;
import io.lighter.runtime.spec.Mount;
import java.util.ArrayList;
import java.util.List;

/**
 * The mounts of a container in the order in which they are made: Docker's defaults, less those that
 * were asked for otherwise, then what was asked for, outer targets before inner ones.
 */
final class RunMounts {
  private static final String SHM = "/dev/shm";
  private static final String MESSAGE_QUEUES = "/dev/mqueue";

  private final RunOptions options;
  private final List<Mount> mounts = new ArrayList<>();

  private RunMounts(RunOptions options) {
    this.options = options;
  }

  static List<Mount> of(List<Mount> defaults, RunOptions options) {
    RunMounts table = new RunMounts(options);
    for (Mount mount : defaults) {
      table.addDefault(mount);
    }
    table.addAsked();
    return table.mounts;
  }

  private void addDefault(Mount mount) {
    String target = mount.destination();
    if (isAsked(target) || (target.startsWith("/dev/") && isAsked("/dev"))) {
      return;
    }
    NamespaceOptions.Ipc ipc = options.namespaces().ipc();
    boolean ofIpc = target.equals(SHM) || target.equals(MESSAGE_QUEUES);
    if (ofIpc && ipc == NamespaceOptions.Ipc.HOST) {
      mounts.add(new Mount(target, "bind", target, List.of("rbind", "nosuid", "noexec", "nodev")));
    } else if (target.equals(SHM) && ipc == NamespaceOptions.Ipc.NONE) {
      return;
    } else if (target.equals(SHM) && options.mounts().shmBytes() > 0) {
      mounts.add(withSize(mount, options.mounts().shmBytes()));
    } else {
      mounts.add(options.mounts().readOnly() ? readOnly(mount) : mount);
    }
  }

  private boolean isAsked(String target) {
    for (MountRequest request : options.mounts().mounts()) {
      if (request.mount().destination().equals(target)) {
        return true;
      }
    }
    return false;
  }

  private void addAsked() {
    int first = mounts.size();
    for (MountRequest request : options.mounts().mounts()) {
      int depth = ContainerPath.depth(request.mount().destination());
      int at = mounts.size();
      while (at > first && ContainerPath.depth(mounts.get(at - 1).destination()) > depth) {
        at--;
      }
      mounts.add(at, request.mount());
    }
  }

  private static Mount withSize(Mount mount, long bytes) {
    List<String> changed = new ArrayList<>();
    for (String option : mount.options()) {
      if (!option.startsWith("size=")) {
        changed.add(option);
      }
    }
    changed.add("size=" + bytes);
    return new Mount(mount.destination(), mount.type(), mount.source(), changed);
  }

  /** With a read-only root, only what a program cannot do without stays writable. */
  private static Mount readOnly(Mount mount) {
    return switch (mount.destination()) {
      case "/proc", "/dev", "/dev/pts", SHM, MESSAGE_QUEUES -> mount;
      default -> {
        List<String> changed = new ArrayList<>(mount.options());
        changed.remove("rw");
        if (!changed.contains("ro")) {
          changed.add("ro");
        }
        yield new Mount(mount.destination(), mount.type(), mount.source(), changed);
      }
    };
  }
}
