package io.lighter.runtime.launch;

import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import org.jspecify.annotations.Nullable;

/** Refuses, by its name, each field of a specification that a plan does not carry out yet. */
final class UnsupportedFields {
  private UnsupportedFields() {}

  static void refuse(Spec spec) {
    LinuxConfig linux = spec.linuxOrEmpty();
    if (spec.process() != null) {
      refuseProcess(spec.process());
    }
    if (!linux.hasNamespace(NamespaceType.MOUNT)) {
      throw new UnsupportedSpecException(
          "linux.namespaces", "a container without a mount namespace of its own");
    }
    refuseIf(!linux.netDevices().isEmpty(), "linux.netDevices", "moving network devices");
    refuse(linux.mountLabel(), "linux.mountLabel", "an SELinux label of mounts");
    refuse(linux.intelRdt(), "linux.intelRdt", "Intel RDT");
    refuse(linux.personality(), "linux.personality", "another personality");
    refuse(linux.memoryPolicy(), "linux.memoryPolicy", "a NUMA memory policy");
    if (linux.seccomp() != null) {
      refuseListener(linux.seccomp());
    }
  }

  /**
   * A call that waits for a listener would, at the exec, wait for the very thread that starts it.
   */
  private static void refuseListener(Seccomp seccomp) {
    refuse(seccomp.listenerPath(), "linux.seccomp.listenerPath", "a seccomp listener");
    boolean notifies =
        seccomp.defaultAction() == SeccompAction.NOTIFY
            || seccomp.syscalls().stream().anyMatch(rule -> rule.action() == SeccompAction.NOTIFY);
    refuseIf(notifies, "linux.seccomp", "the action SCMP_ACT_NOTIFY");
  }

  private static void refuseProcess(Process process) {
    refuse(process.apparmorProfile(), "process.apparmorProfile", "an AppArmor profile");
    refuse(process.selinuxLabel(), "process.selinuxLabel", "an SELinux label");
    refuse(process.scheduler(), "process.scheduler", "a scheduling policy");
    refuse(process.ioPriority(), "process.ioPriority", "an I/O priority");
    refuse(process.execCpuAffinity(), "process.execCPUAffinity", "a CPU affinity of exec");
  }

  private static void refuse(@Nullable Object value, String field, String what) {
    refuseIf(value != null && !value.equals(""), field, what);
  }

  private static void refuseIf(boolean present, String field, String what) {
    if (present) {
      throw new UnsupportedSpecException(field, what);
    }
  }
}
