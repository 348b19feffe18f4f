package io.lighter.cli.oci;

import org.jspecify.annotations.Nullable;

/**
 * The flags of runc 1.5 and crun 1.29 that are refused by name, each with the reason. Loaded only
 * when one is met.
 */
final class RefusedFlags {
  private static final String CGROUP_V1 = "the kernel offers it on cgroup v1 only";
  private static final String RDT = "Intel RDT is not there yet";
  private static final String IN_PARTS =
      "memory is written down in one piece: to have it in several, CRIU must be told by the kernel"
          + " what has changed since (CONFIG_MEM_SOFT_DIRTY)";
  private static final String BY_NETWORK =
      "memory is written to the folder of the images, and read from there before the container"
          + " runs";

  private RefusedFlags() {}

  /** Is a {@link io.lighter.cli.flags.Refusal}. */
  static @Nullable String refusal(String name) {
    String reason = reason(name);
    return reason == null ? null : "--" + name + " is not supported: " + reason;
  }

  private static @Nullable String reason(String name) {
    return switch (name) {
      case "pre-dump", "parent-path", "auto-dedup" -> IN_PARTS;
      case "page-server", "lazy-pages", "status-fd" -> BY_NETWORK;
      case "tcp-established", "tcp-skip-in-flight" ->
          "CRIU 4.1 fails at sockets of TCP on Linux 6.16 and later, so that it could not be"
              + " tested; have connections closed first";
      case "regex" -> "name one container; list --quiet has the ids of all";
      case "kernel-memory", "kernel-memory-tcp", "cpu-rt-period", "cpu-rt-runtime" -> CGROUP_V1;
      case "l3-cache-schema", "mem-bw-schema" -> RDT;
      default -> null;
    };
  }
}
