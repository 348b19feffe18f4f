package io.lighter.runtime.spec;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rules of the kernel parameters: only such as belong to a namespace that is not the host's, by
 * exact name where the kernel has an exact list (proc_sys_kernel(5), ipc_namespaces(7)).
 */
final class SysctlRules {
  private static final Set<String> IPC =
      Set.of(
          "kernel/msgmax",
          "kernel/msgmnb",
          "kernel/msgmni",
          "kernel/sem",
          "kernel/shmall",
          "kernel/shmmax",
          "kernel/shmmni",
          "kernel/shm_rmid_forced");
  // A component has no dots alone: nothing may climb out of the namespace's own folder.
  private static final Pattern FILE =
      Pattern.compile("[A-Za-z0-9_]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_:@.-]+)+");

  private SysctlRules() {}

  static void check(Spec spec, Problems problems) {
    LinuxConfig linux = spec.linuxOrEmpty();
    for (Map.Entry<String, String> entry : linux.sysctl().entrySet()) {
      String at = "linux.sysctl[\"" + entry.getKey() + "\"]";
      problems.requireNoNul(entry.getValue(), at);
      String file = Sysctl.file(entry.getKey());
      if (!FILE.matcher(file).matches()) {
        problems.add(at, "is not the name of a kernel parameter, such as net.ipv4.ip_forward");
      } else if (file.equals("kernel/hostname")) {
        problems.add(at, "is set by hostname; use that");
      } else if (file.equals("kernel/domainname") && spec.domainname() != null) {
        problems.add(at, "is set by domainname too; remove one of the two");
      } else {
        namespaced(file, at, linux, problems);
      }
    }
  }

  private static void namespaced(String file, String at, LinuxConfig linux, Problems problems) {
    NamespaceType owner = owner(file);
    if (owner == null) {
      problems.add(at, "belongs to no namespace and would change the host; set it on the host");
      return;
    }
    problems.require(
        linux.hasNamespace(owner),
        at,
        "would change the host; add {\"type\": \"" + owner.term() + "\"} to linux.namespaces");
  }

  private static @Nullable NamespaceType owner(String file) {
    if (IPC.contains(file) || file.startsWith("fs/mqueue/")) {
      return NamespaceType.IPC;
    }
    if (file.startsWith("net/")) {
      return NamespaceType.NETWORK;
    }
    if (file.startsWith("user/max_")) {
      return NamespaceType.USER;
    }
    return file.equals("kernel/domainname") ? NamespaceType.UTS : null;
  }
}
