package io.lighter.runtime;

import io.lighter.linux.Linux;
import java.util.List;

/**
 * This process, as containers see it: until its exec a child of ours has our memory, our executable
 * and, until the launch program closes them, our descriptors.
 */
final class OwnProcess {
  private OwnProcess() {}

  /**
   * Keeps containers out of it, for good. Not dumpable, nobody without CAP_SYS_PTRACE reads its
   * memory, descriptors, root or environment through procfs, or traces it, not even where a child
   * has given up the capabilities that a container lacks (CVE-2016-9962). Its executable is nothing
   * that could be executed or changed from within a container (CVE-2019-5736).
   *
   * <p>A user without root stays dumpable: otherwise {@code /proc/PID/uid_map} of the children
   * would be root's, and nobody could write it.
   *
   * @return warnings, when the host does not let us
   */
  static List<String> guard(Linux linux) {
    if (linux.credentials().geteuid() != 0) {
      return List.of();
    }
    linux.credentials().setDumpable(false);
    String obstacle = linux.ownExecutable().replace();
    return obstacle == null
        ? List.of()
        : List.of(
            "a container could execute this program's own executable, through /proc/self/exe, and"
                + " change it once this program has ended (CVE-2019-5736): "
                + obstacle);
  }
}
