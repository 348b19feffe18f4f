package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container shares with the host, and its names.
 *
 * @param hostNetwork whether it shares the host's network; else it has only a loopback
 * @param ipc its IPC namespace and shared memory
 * @param hostPid whether it sees the host's processes
 * @param hostUts whether it shares the host's names
 * @param hostCgroup whether it sees the host's cgroup tree
 * @param hostname at most 64 bytes; null if none was given
 * @param domainname NIS domain, at most 64 bytes; null if none was given
 * @param cgroupParent null for the default
 * @param sysctl kernel parameters of its namespaces
 */
public record NamespaceOptions(
    boolean hostNetwork,
    Ipc ipc,
    boolean hostPid,
    boolean hostUts,
    boolean hostCgroup,
    @Nullable String hostname,
    @Nullable String domainname,
    @Nullable String cgroupParent,
    Map<String, String> sysctl) {

  /** The kinds of IPC namespace. */
  public enum Ipc {
    /** A new namespace with its own {@code /dev/shm}. */
    PRIVATE,
    /** A new namespace without {@code /dev/shm}. */
    NONE,
    /** The host's, with the host's {@code /dev/shm}. */
    HOST
  }

  static NamespaceOptions read(Flags flags) {
    boolean hostNetwork = hostNetwork(flags);
    Ipc ipc = ipc(flags);
    boolean hostUts = isHost(flags, "uts", "the host's UTS namespace");
    String hostname = HostName.read(flags, "hostname");
    String domainname = HostName.read(flags, "domainname");
    if (hostUts && (hostname != null || domainname != null)) {
      throw new UsageException("--hostname and --domainname cannot be used with --uts host");
    }
    return new NamespaceOptions(
        hostNetwork,
        ipc,
        isHost(flags, "pid", "the host's PID namespace"),
        hostUts,
        hostCgroup(flags),
        hostname,
        domainname,
        cgroupParent(flags),
        sysctl(flags, hostNetwork, ipc == Ipc.HOST));
  }

  private static boolean hostNetwork(Flags flags) {
    List<String> networks = flags.all("network");
    List<String> shortForm = flags.all("net");
    if (networks.size() + shortForm.size() > 1) {
      throw new UsageException("more than one --network is not supported yet");
    }
    if (networks.isEmpty() && shortForm.isEmpty()) {
      return false;
    }
    String given = networks.isEmpty() ? shortForm.get(0) : networks.get(0);
    String network = given.startsWith("name=") ? given.substring("name=".length()) : given;
    return switch (network) {
      case "host" -> true;
      case "none" -> false;
      case "" -> throw flags.invalid("network", given, "no name set for network");
      default ->
          throw flags.invalid(
              "network", given, "it is not supported yet, a network is none or host");
    };
  }

  private static Ipc ipc(Flags flags) {
    String given = flags.last("ipc");
    if (given == null) {
      return Ipc.PRIVATE;
    }
    return switch (given) {
      case "", "private" -> Ipc.PRIVATE;
      case "none" -> Ipc.NONE;
      case "host" -> Ipc.HOST;
      default -> {
        boolean known = given.equals("shareable") || given.startsWith("container:");
        throw flags.invalid(
            "ipc",
            given,
            known ? "sharing between containers is not supported yet" : "invalid IPC mode");
      }
    };
  }

  private static boolean isHost(Flags flags, String name, String what) {
    String given = flags.last(name);
    if (given == null || given.isEmpty()) {
      return false;
    }
    if (given.startsWith("container:")) {
      throw flags.invalid(name, given, "joining another container is not supported yet");
    }
    if (!given.equals("host")) {
      throw flags.invalid(name, given, "it takes host, for " + what);
    }
    return true;
  }

  private static boolean hostCgroup(Flags flags) {
    String given = flags.last("cgroupns");
    if (given == null) {
      return false;
    }
    return switch (given) {
      case "", "private" -> false;
      case "host" -> true;
      default -> throw flags.invalid("cgroupns", given, "it takes private or host");
    };
  }

  private static @Nullable String cgroupParent(Flags flags) {
    String given = flags.last("cgroup-parent");
    if (given == null || given.isEmpty()) {
      return null;
    }
    if (given.endsWith(".slice")) {
      throw flags.invalid(
          "cgroup-parent", given, "systemd slices are not supported yet, give a path");
    }
    for (String name : given.split("/", -1)) {
      if (name.equals("..")) {
        throw flags.invalid("cgroup-parent", given, "it holds '..'");
      }
    }
    return ContainerPath.clean(given);
  }

  private static Map<String, String> sysctl(Flags flags, boolean hostNetwork, boolean hostIpc) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String value : flags.all("sysctl")) {
      try {
        Sysctl parameter = Sysctl.parse(value);
        if (hostNetwork && parameter.isOfNetwork()) {
          throw new InvalidValueException("it would change the host's network");
        }
        if (hostIpc && !parameter.isOfNetwork()) {
          throw new InvalidValueException("it would change the host's IPC");
        }
        parameters.put(parameter.name(), parameter.value());
      } catch (InvalidValueException e) {
        throw flags.invalid("sysctl", value, e);
      }
    }
    return parameters;
  }
}
