package io.lighter.cli.flags;

import org.jspecify.annotations.Nullable;

/**
 * The flags of {@code docker run} 28.2 (with the hidden ones) that {@code lighter run} does not
 * obey yet, each with the reason: they are refused by name and never ignored. Loaded only when one
 * is met.
 */
final class DeferredFlags {
  private static final String NETWORKS =
      "container networks are not there yet, --network takes none or host";
  private static final String NAMES = "container name resolution is not there yet";
  private static final String BACKGROUND = "lighter run works in the foreground only";
  private static final String HEALTH = "health checks are not there yet";
  private static final String TRUST = "signatures of Notary v1 are not looked at";
  private static final String VOLUMES =
      "volumes are not there yet, bind a folder with -v or --mount";
  private static final String BLOCK_IO = "limits on block devices are not there yet";
  private static final String CGROUP_V1 = "the kernel offers it on cgroup v1 only";
  private static final String WINDOWS = "it is for Windows containers only";
  private static final String LABELS =
      "labels have no effect but in logs, use --label with --log-driver";

  private DeferredFlags() {}

  /** Is a {@link Refusal}. */
  static @Nullable String refusal(String name) {
    String full = name.length() == 1 ? ofShorthand(name.charAt(0)) : name;
    String reason = reason(full);
    return reason == null
        ? null
        : (name.length() == 1 ? "-" + name + ", --" : "--")
            + full
            + " is not supported yet: "
            + reason;
  }

  private static String ofShorthand(char letter) {
    return switch (letter) {
      case 'a' -> "attach";
      case 'd' -> "detach";
      case 'p' -> "publish";
      case 'P' -> "publish-all";
      default -> "";
    };
  }

  private static @Nullable String reason(String name) {
    return switch (name) {
      case "publish", "publish-all", "expose", "ip", "ip6", "link-local-ip", "mac-address" ->
          NETWORKS;
      case "network-alias", "net-alias", "link" -> NETWORKS;
      case "add-host", "dns", "dns-opt", "dns-option", "dns-search" -> NAMES;
      case "detach", "detach-keys", "restart", "cidfile" -> BACKGROUND;
      case "attach" -> "standard output and error are always attached, standard input with -i";
      case "health-cmd", "health-interval", "health-retries", "health-start-interval" -> HEALTH;
      case "health-start-period", "health-timeout", "no-healthcheck" -> HEALTH;
      case "disable-content-trust" -> TRUST;
      case "volume-driver", "volumes-from" -> VOLUMES;
      case "storage-opt" -> "the size of the writable layer cannot be limited yet";
      case "blkio-weight", "blkio-weight-device", "device-read-bps", "device-read-iops" -> BLOCK_IO;
      case "device-write-bps", "device-write-iops" -> BLOCK_IO;
      case "cpu-rt-period", "cpu-rt-runtime", "kernel-memory", "memory-swappiness" -> CGROUP_V1;
      case "oom-kill-disable" -> CGROUP_V1;
      case "cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops", "isolation" -> WINDOWS;
      case "label-file" -> LABELS;
      case "gpus" -> "name the devices with --device";
      case "runtime" -> "lighter is its own runtime";
      case "userns" -> "user namespaces are not there yet";
      case "use-api-socket" -> "bind the socket with -v";
      default -> null;
    };
  }
}
