package io.lighter.images.build;

import io.lighter.images.cdi.ContainerEdits;
import io.lighter.images.cdi.DeviceNode;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.linux.Linux;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.ResolvedUser;
import io.lighter.runtime.seccomp.DefaultProfile;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Rlimit;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The container of a command: Docker's default one, or a privileged one.
 *
 * @param arguments the program and its arguments
 * @param environment by name
 * @param user who runs it
 * @param folder where it runs
 * @param hostNetwork it has the host's network
 * @param insecure it may do everything
 * @param mounts beyond the default ones, outer before inner
 * @param devices what it gets with devices
 * @param shmBytes the size of {@code /dev/shm}, 0 for the default
 * @param rlimits as asked for
 */
record CommandSpec(
    List<String> arguments,
    Map<String, String> environment,
    ResolvedUser user,
    String folder,
    boolean hostNetwork,
    boolean insecure,
    List<Mount> mounts,
    ContainerEdits devices,
    long shmBytes,
    List<Rlimit> rlimits) {
  /** The name of the machine that a command sees, which must not differ between builds. */
  static final String HOST_NAME = "lighterbuild";

  private static final String PERMITTED = "CapPrm:\t";
  private static final String SHM = "/dev/shm";

  Spec on(Linux linux, ContainerRuntime runtime) {
    Map<DeviceNode, Device> nodes = nodes(linux);
    boolean guarded = runtime.deviceFilterObstacle() == null;
    if (!guarded && !insecure) {
      refuseLessAccess(String.valueOf(runtime.deviceFilterObstacle()));
    }
    Set<Capability> capabilities = capabilities(guarded);
    Root root = new Root("rootfs", false);
    Spec base =
        insecure
            ? DefaultContainer.privileged(root, arguments)
            : DefaultContainer.of(
                root,
                arguments,
                DefaultProfile.forContainer(
                    capabilities, Architecture.current(), KernelVersion.current()));
    return base.with(
        spec -> {
          spec.process = process(capabilities);
          spec.hostname = HOST_NAME;
          spec.mounts = allMounts(base.mounts());
          spec.linux =
              base.linuxOrEmpty()
                  .with(
                      config -> {
                        config.devices = List.copyOf(nodes.values());
                        if (hostNetwork) {
                          config.namespaces =
                              config.namespaces.stream()
                                  .filter(n -> n.type() != NamespaceType.NETWORK)
                                  .toList();
                        }
                        if (guarded && !insecure) {
                          config.resources = Resources.NONE.with(r -> r.devices = rules(nodes));
                        }
                      });
        });
  }

  private Process process(Set<Capability> capabilities) {
    List<String> settings = new ArrayList<>();
    Map<String, String> all = new LinkedHashMap<>(environment);
    for (String setting : devices.env()) {
      int equals = setting.indexOf('=');
      all.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    all.forEach((name, value) -> settings.add(name + "=" + value));
    return Process.of(arguments)
        .with(
            process -> {
              process.env = settings;
              process.cwd = folder;
              process.user = account();
              process.capabilities = Capabilities.of(capabilities);
              process.rlimits = rlimits;
            });
  }

  private User account() {
    User found = user.user();
    List<Long> groups = new ArrayList<>(found.additionalGids());
    devices.groups().stream().filter(gid -> !groups.contains(gid)).forEach(groups::add);
    return new User(found.uid(), found.gid(), found.umask(), groups);
  }

  private Map<DeviceNode, Device> nodes(Linux linux) {
    Map<DeviceNode, Device> nodes = new LinkedHashMap<>();
    for (DeviceNode node : devices.nodes()) {
      nodes.put(node, node.device(linux, user.user().uid(), user.user().gid()));
    }
    return nodes;
  }

  /** Access that is less than all needs a rule: without one it would silently be more. */
  private void refuseLessAccess(String obstacle) {
    for (DeviceNode node : devices.nodes()) {
      if (!node.permissions().contains("rw") && !node.permissions().contains("wr")) {
        throw new SyntaxException(
            "the access %s to %s cannot be had on this host, which cannot withhold the rest: %s"
                .formatted(node.permissions(), node.path(), obstacle));
      }
    }
  }

  private static List<DeviceRule> rules(Map<DeviceNode, Device> nodes) {
    List<DeviceRule> rules = new ArrayList<>(DefaultContainer.DEVICE_RULES);
    nodes.forEach(
        (node, device) -> {
          DeviceRule rule = node.rule(device);
          if (rule != null) {
            rules.add(rule);
          }
        });
    return rules;
  }

  /** No more than this process has; no device nodes where nothing keeps them from being used. */
  private Set<Capability> capabilities(boolean guarded) {
    Set<Capability> given =
        insecure ? EnumSet.allOf(Capability.class) : EnumSet.copyOf(DefaultContainer.CAPABILITIES);
    given.retainAll(permitted());
    if (!guarded && !insecure) {
      given.remove(Capability.CAP_MKNOD);
    }
    return given;
  }

  private static Set<Capability> permitted() {
    try {
      String status = Files.readString(Path.of("/proc/self/status"));
      int digits = status.indexOf(PERMITTED) + PERMITTED.length();
      long mask = Long.parseUnsignedLong(status, digits, status.indexOf('\n', digits), 16);
      Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
      for (Capability capability : Capability.values()) {
        if ((mask & 1L << capability.number()) != 0) {
          capabilities.add(capability);
        }
      }
      return capabilities;
    } catch (IOException e) {
      throw new UncheckedIOException("proc must be mounted: " + e.getMessage(), e);
    }
  }

  private List<Mount> allMounts(List<Mount> defaults) {
    List<Mount> all = new ArrayList<>();
    for (Mount mount : defaults) {
      if (mount.destination().equals(SHM) && shmBytes > 0) {
        List<String> options = new ArrayList<>(mount.options());
        options.removeIf(option -> option.startsWith("size="));
        options.add("size=" + shmBytes);
        all.add(new Mount(SHM, mount.type(), mount.source(), options));
      } else {
        all.add(mount);
      }
    }
    List<Mount> asked = new ArrayList<>(mounts);
    asked.addAll(devices.mounts());
    // Outer before inner, and else as they were.
    asked.sort(Comparator.comparingInt(m -> m.destination().split("/+", -1).length));
    all.addAll(asked);
    return all;
  }
}
