package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.MountFlags.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchPlan.Demand;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The profile of AppArmor or the label of SELinux that the process has from its exec on, and the
 * label of the file systems that the program makes.
 */
final class LabelPlan {
  private static final String PROFILE = "process.apparmorProfile";
  private static final String LABEL = "process.selinuxLabel";
  private static final String MOUNT_LABEL = "linux.mountLabel";

  private final LaunchProgram program;
  private final List<Demand> demands;
  private final @Nullable String profile;
  private final @Nullable String label;
  private final @Nullable String mountLabel;

  /**
   * Prepares the steps.
   *
   * @param demands takes those that the host may refuse
   * @throws UnsupportedSpecException when the host has not the module that a field is for
   */
  LabelPlan(
      LaunchProgram program,
      List<Demand> demands,
      LinuxConfig linux,
      Process process,
      Set<SecurityModule> host) {
    this.program = program;
    this.demands = demands;
    this.profile = profile(process.apparmorProfile(), host);
    this.label = label(LABEL, "an SELinux label", process.selinuxLabel(), host);
    this.mountLabel = label(MOUNT_LABEL, "an SELinux label of mounts", linux.mountLabel(), host);
  }

  /** Without AppArmor everything is unconfined: who asks for that has it. */
  private static @Nullable String profile(@Nullable String name, Set<SecurityModule> host) {
    boolean present = host.contains(SecurityModule.APPARMOR);
    if (name == null || name.isEmpty() || (name.equals("unconfined") && !present)) {
      return null;
    }
    if (!present) {
      throw new UnsupportedSpecException(
          PROFILE,
          "the AppArmor profile \"" + name + "\"",
          "AppArmor is not enabled on this host (/sys/module/apparmor/parameters/enabled is not"
              + " Y); leave the field out, or start the kernel with AppArmor");
    }
    return name;
  }

  private static @Nullable String label(
      String field, String what, @Nullable String label, Set<SecurityModule> host) {
    if (label == null || label.isEmpty()) {
      return null;
    }
    if (!host.contains(SecurityModule.SELINUX)) {
      throw new UnsupportedSpecException(
          field,
          what,
          "SELinux is not enabled on this host (no selinuxfs is mounted at /sys/fs/selinux); leave"
              + " the field out, or enable SELinux");
    }
    if (label.indexOf('"') >= 0) {
      throw new IllegalArgumentException(field + ": a label has no quotation mark: " + label);
    }
    return label;
  }

  /**
   * Returns a mount with the label among its options, when it makes a file system that takes one:
   * procfs, sysfs and cgroup2 have labels of their own, a bind mount has those of its files, and
   * mqueue gets its label in {@link #mounted}. A {@code context} that is there already wins.
   */
  Mount labelled(Mount mount) {
    String type = mount.type() == null ? "" : mount.type();
    boolean takes =
        switch (type) {
          case "proc", "sysfs", "cgroup", "cgroup2", "mqueue" -> false;
          default -> !mount.isBind();
        };
    boolean has = mount.options().stream().anyMatch(option -> option.startsWith("context="));
    if (mountLabel == null || !takes || has) {
      return mount;
    }
    List<String> options = new ArrayList<>(mount.options());
    options.add("context=" + mountLabel);
    return new Mount(
        mount.destination(),
        mount.type(),
        mount.source(),
        options,
        mount.uidMappings(),
        mount.gidMappings());
  }

  /**
   * Adds what a mount needs when it stands. The file system of message queues is made with its
   * namespace, so that an option of a later mount cannot label it: its root is labelled, as runc
   * and crun do.
   */
  void mounted(Mount mount, Parameter root) {
    if (mountLabel == null || !"mqueue".equals(mount.type())) {
      return;
    }
    String destination = ContainerPath.normalize("mounts[].destination", mount.destination());
    Step folder = PathSteps.openInRoot(program, root, destination, O_RDONLY | O_DIRECTORY, 0);
    Step step =
        program.call(
            SystemCall.FSETXATTR,
            folder,
            "security.selinux",
            mountLabel,
            mountLabel.getBytes(UTF_8).length,
            0);
    demands.add(
        new Demand(
            step, MOUNT_LABEL, Map.of(Errno.EINVAL, "the policy of the host has no such label")));
  }

  /**
   * Adds the request for the coming exec. Nothing undoes it before: so it stands where descriptors
   * are still open and no system-call filter forbids it yet.
   *
   * @param proc a procfs that the program has made and that can be written, or null: then the
   *     program makes one for itself, which nobody sees
   */
  void onExec(@Nullable Step proc) {
    if (profile == null && label == null) {
      return;
    }
    Step folder = proc == null ? detachedProc() : proc;
    if (profile != null) {
      // The folder is there since Linux 5.8; attr/exec belongs to whichever module comes first.
      demand(
          KernelFile.write(program, folder, "self/attr/apparmor/exec", "exec " + profile),
          PROFILE,
          "the profile \"" + profile + "\" is not loaded on the host (apparmor_parser loads it)");
    }
    if (label != null) {
      demand(
          KernelFile.write(program, folder, "self/attr/exec", label),
          LABEL,
          "the policy of the host has no such label");
    }
  }

  private void demand(Step step, String field, String unknown) {
    demands.add(
        new Demand(
            step,
            field,
            Map.of(
                Errno.ENOENT,
                unknown,
                Errno.EINVAL,
                unknown,
                Errno.EACCES,
                "the policy of the host does not let this process choose it",
                Errno.EPERM,
                "the policy of the host does not let this process choose it")));
  }

  private Step detachedProc() {
    Step context = program.call(SystemCall.FSOPEN, "proc", FSOPEN_CLOEXEC);
    program.call(SystemCall.FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0);
    return program.call(SystemCall.FSMOUNT, context, FSMOUNT_CLOEXEC, 0);
  }
}
