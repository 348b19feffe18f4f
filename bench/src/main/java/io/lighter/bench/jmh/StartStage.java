package io.lighter.bench.jmh;

import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.seccomp.DefaultProfile;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** From a plain process to the default container: each stage has what the one before it has. */
public enum StartStage {
  /** The clone stub and execve alone. */
  PLAIN,
  /** New pid, uts, ipc, cgroup and mount namespaces; the root stays the host's. */
  NAMESPACES,
  /** Through the runtime: an overlay root with pivot_root, and a cgroup at birth. */
  OVERLAY_AND_CGROUP,
  /** /proc, /dev, /sys and the rest. */
  MOUNTS,
  /** A network namespace, made for the start. */
  NETWORK,
  /** Masked and read-only paths, capabilities, system-call filter: the default container. */
  FULL,
  /** The default container with network namespaces from a pool. */
  POOLED;

  private static final List<String> COMMAND = List.of("/bin/true");

  /** Whether this stage goes through the runtime. */
  boolean isContainer() {
    return compareTo(OVERLAY_AND_CGROUP) >= 0;
  }

  /** How many network namespaces are kept ready. */
  int pool() {
    return this == POOLED ? 16 : 0;
  }

  /** The container of this stage. */
  Spec spec(Path root) {
    Root where = new Root(root.toString(), false);
    if (compareTo(FULL) >= 0) {
      return DefaultContainer.of(
          where,
          COMMAND,
          DefaultProfile.forContainer(
              DefaultContainer.CAPABILITIES, Architecture.current(), KernelVersion.current()));
    }
    return DefaultContainer.of(where, COMMAND, null)
        .with(
            spec -> {
              if (this == OVERLAY_AND_CGROUP) {
                spec.mounts = List.of();
              }
              spec.linux = bare(Objects.requireNonNull(spec.linux));
            });
  }

  private LinuxConfig bare(LinuxConfig linux) {
    return linux.with(
        some -> {
          some.maskedPaths = List.of();
          some.readonlyPaths = List.of();
          if (this != NETWORK) {
            some.namespaces =
                linux.namespaces().stream()
                    .filter(namespace -> namespace.type() != NamespaceType.NETWORK)
                    .map(Namespace::type)
                    .map(Namespace::new)
                    .toList();
          }
        });
  }
}
