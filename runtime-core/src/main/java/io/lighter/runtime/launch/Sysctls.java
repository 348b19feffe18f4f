package io.lighter.runtime.launch;

import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.NamespaceType;
import java.util.Set;

/**
 * Which kernel settings a container may change: those that belong to a namespace of its own, by
 * exact name, so that none of the host's can be reached (CVE-2022-0811).
 */
final class Sysctls {
  private static final Set<String> IPC =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");

  private Sysctls() {}

  /**
   * Returns the path of a setting below {@code /proc/sys}.
   *
   * @throws IllegalArgumentException when the setting is the host's, or no setting's name
   */
  static String path(String name, LinuxConfig linux) {
    String path = name.indexOf('/') >= 0 ? name : name.replace('.', '/');
    String dotted = path.replace('/', '.');
    for (String component : path.split("/", -1)) {
      if (component.isEmpty() || component.equals("..") || !component.matches("[A-Za-z0-9_.-]+")) {
        throw new IllegalArgumentException("linux.sysctl: \"" + name + "\" is not a setting");
      }
    }
    if (IPC.contains(dotted) || path.startsWith("fs/mqueue/")) {
      require(name, linux, NamespaceType.IPC);
    } else if (path.startsWith("net/")) {
      require(name, linux, NamespaceType.NETWORK);
    } else if (dotted.equals("kernel.domainname")) {
      require(name, linux, NamespaceType.UTS);
    } else {
      throw new IllegalArgumentException(
          "linux.sysctl: "
              + name
              + " belongs to no namespace, so that setting it would change the host");
    }
    return path;
  }

  private static void require(String name, LinuxConfig linux, NamespaceType namespace) {
    if (!linux.hasNamespace(namespace)) {
      throw new IllegalArgumentException(
          "linux.sysctl: "
              + name
              + " is the host's while the container has no "
              + namespace.term()
              + " namespace of its own");
    }
  }
}
