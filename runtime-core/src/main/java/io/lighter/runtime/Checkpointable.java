package io.lighter.runtime;

import io.lighter.linux.Linux;
import io.lighter.runtime.criu.CriuException;
import io.lighter.runtime.criu.CriuProgram;
import io.lighter.runtime.criu.ImageFolder;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;

/** What can be written down and made again, and what is said when CRIU could not. */
final class Checkpointable {
  private Checkpointable() {}

  /**
   * Refuses what CRIU was not seen to do.
   *
   * @throws UnsupportedSpecException naming the field
   * @throws CriuException when this process is not the host's root
   */
  static void check(Spec spec, OwnUsers users, Linux linux) {
    if (!users.initial() || linux.credentials().geteuid() != 0) {
      throw new CriuException(
          "checkpoint and restore are for the host's root: CRIU reads and makes processes by what"
              + " no other user may do");
    }
    LinuxConfig config = spec.linuxOrEmpty();
    for (Namespace namespace : config.namespaces()) {
      NamespaceType type = namespace.type();
      if (!namespace.isNew() && type != NamespaceType.NETWORK) {
        refuse("linux.namespaces", "a container in another's " + type.term() + " namespace");
      }
    }
    for (NamespaceType type : new NamespaceType[] {NamespaceType.PID, NamespaceType.MOUNT}) {
      if (!config.createsNamespace(type)) {
        refuse("linux.namespaces", "a container without a " + type.term() + " namespace");
      }
    }
    if (config.hasNamespace(NamespaceType.USER)) {
      refuse("linux.namespaces", "a container with a user namespace");
    }
    if (!config.netDevices().isEmpty()) {
      refuse("linux.netDevices", "a container with a device of the host's");
    }
    if (config.intelRdt() != null) {
      refuse("linux.intelRdt", "a container with a part of the cache");
    }
    if (config.seccomp() != null && config.seccomp().listenerPath() != null) {
      refuse("linux.seccomp.listenerPath", "a container with an agent for its system calls");
    }
  }

  private static void refuse(String field, String what) {
    throw new UnsupportedSpecException(field, "checkpoint and restore of " + what);
  }

  /** Returns an error with what CRIU has written down of it. */
  static CriuException failed(
      String what, CriuProgram criu, ImageFolder work, String log, CriuException why) {
    String errors = work.errors(log);
    return new CriuException(
        "the "
            + what
            + " by "
            + criu.file()
            + " failed: "
            + why.getMessage()
            + (errors.isEmpty()
                ? "; it wrote no error to "
                : "\n  " + errors + "\nAll that it did is in ")
            + work.path().resolve(log)
            + "; `criu check` tells whether it goes with this kernel",
        why);
  }
}
