package io.lighter.runtime.launch;

import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;

/** Refuses, by its name, each field of a specification that a plan does not carry out yet. */
final class UnsupportedFields {
  private UnsupportedFields() {}

  static void refuse(Spec spec) {
    LinuxConfig linux = spec.linuxOrEmpty();
    if (!linux.hasNamespace(NamespaceType.MOUNT)) {
      throw new UnsupportedSpecException(
          "linux.namespaces",
          "a container without a mount namespace of its own",
          "a root folder without one is no boundary; add {\"type\": \"mount\"}, and set"
              + " linux.rootfsPropagation to rslave to see what the host mounts");
    }
  }
}
