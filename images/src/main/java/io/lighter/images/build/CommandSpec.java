package io.lighter.images.build;

import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.ResolvedUser;
import io.lighter.runtime.seccomp.DefaultProfile;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Rlimit;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
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
    long shmBytes,
    List<Rlimit> rlimits) {
  /** The name of the machine that a command sees, which must not differ between builds. */
  static final String HOST_NAME = "lighterbuild";

  private static final String PERMITTED = "CapPrm:\t";
  private static final String SHM = "/dev/shm";

  Spec on(ContainerRuntime runtime) {
    boolean guarded = runtime.deviceFilterObstacle() == null;
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
                      linux -> {
                        if (hostNetwork) {
                          linux.namespaces =
                              linux.namespaces.stream()
                                  .filter(n -> n.type() != NamespaceType.NETWORK)
                                  .toList();
                        }
                        if (guarded && !insecure) {
                          linux.resources =
                              Resources.NONE.with(r -> r.devices = DefaultContainer.DEVICE_RULES);
                        }
                      });
        });
  }

  private Process process(Set<Capability> capabilities) {
    List<String> settings = new ArrayList<>();
    environment.forEach((name, value) -> settings.add(name + "=" + value));
    return Process.of(arguments)
        .with(
            process -> {
              process.env = settings;
              process.cwd = folder;
              process.user = user.user();
              process.capabilities = Capabilities.of(capabilities);
              process.rlimits = rlimits;
            });
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
    all.addAll(mounts);
    return all;
  }
}
