package io.lighter.runtime.rootless;

import io.lighter.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why a host lets a user have no user namespace, as far as its settings tell. */
record HostRefusal(Path sysctls) {
  /** Of the running kernel. */
  static final HostRefusal HERE = new HostRefusal(Path.of("/proc/sys"));

  /**
   * Returns the reason.
   *
   * @param errno what clone3 or the writing of a map answered
   */
  String reason(int errno) {
    if (is("kernel/unprivileged_userns_clone", "0")) {
      return "the sysctl kernel.unprivileged_userns_clone is 0; root allows it with"
          + " `sysctl kernel.unprivileged_userns_clone=1`";
    }
    if (is("user/max_user_namespaces", "0")) {
      return "the sysctl user.max_user_namespaces is 0; root allows them with"
          + " `sysctl user.max_user_namespaces=10000`";
    }
    if (is("kernel/apparmor_restrict_unprivileged_userns", "1")) {
      return "the sysctl kernel.apparmor_restrict_unprivileged_userns is 1: root allows it with"
          + " `sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or with an AppArmor profile"
          + " for java that has the rule `userns,`";
    }
    return switch (errno) {
      case Errno.ENOSPC, Errno.EUSERS ->
          "there are as many as the sysctl user.max_user_namespaces allows, or 32 in each other";
      case Errno.EINVAL -> "the kernel was built without CONFIG_USER_NS";
      case Errno.ENOSYS -> "a system-call filter forbids clone3, as in a container";
      default ->
          "a system-call filter or a security module forbids it, as in a container, or this process"
              + " is in a chroot";
    };
  }

  private boolean is(String sysctl, String value) {
    try {
      return Files.readString(sysctls.resolve(sysctl)).strip().equals(value);
    } catch (IOException e) {
      return false; // this kernel has no such setting
    }
  }
}
