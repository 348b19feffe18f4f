package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Rlimit;
import io.lighter.runtime.spec.RlimitType;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * {@code spec}: an example to start from, a shell on a read-only root with few capabilities, as
 * runc's and crun's.
 */
final class ExampleSpec {
  private static final Set<Capability> CAPABILITIES =
      EnumSet.of(Capability.CAP_AUDIT_WRITE, Capability.CAP_KILL, Capability.CAP_NET_BIND_SERVICE);

  private static final long OPEN_FILES = 1024;

  private ExampleSpec() {}

  static void write(Flags flags, Path folder) throws IOException {
    Operands.none(flags);
    String name = flags.last("file");
    Path file = Paths.or(flags.last("bundle"), folder).resolve(name == null ? "config.json" : name);
    if (Files.exists(file)) {
      throw new UsageException(file + " exists; remove it first, or give another --bundle");
    }
    SpecWriter.write(flags.isOn("rootless", false) ? rootless() : ofRoot(), file);
  }

  /** The example for root. */
  static Spec ofRoot() {
    Spec base = DefaultContainer.of(new Root("rootfs", true), List.of("sh"), null);
    return base.with(
        spec -> {
          spec.hostname = "lighter";
          spec.process = process();
          spec.linux =
              base.linuxOrEmpty()
                  .with(
                      linux ->
                          linux.resources =
                              Resources.NONE.with(
                                  resources ->
                                      resources.devices =
                                          List.of(
                                              new DeviceRule(
                                                  false, DeviceRuleType.ALL, null, null, "rwm"))));
        });
  }

  /** The example for who is not root: a user namespace, the host's network, no limits. */
  static Spec rootless() {
    Spec base = ofRoot();
    return base.with(
        spec -> {
          spec.mounts = base.mounts().stream().map(ExampleSpec::rootless).toList();
          spec.linux = base.linuxOrEmpty().with(ExampleSpec::rootless);
        });
  }

  private static void rootless(LinuxConfig.Draft linux) {
    List<Namespace> namespaces = new ArrayList<>();
    for (Namespace namespace : linux.namespaces) {
      if (namespace.type() != NamespaceType.NETWORK) {
        namespaces.add(namespace);
      }
    }
    namespaces.add(new Namespace(NamespaceType.USER));
    linux.namespaces = namespaces;
    linux.resources = null;
    linux.uidMappings = List.of(new IdMapping(0, id("uid"), 1));
    linux.gidMappings = List.of(new IdMapping(0, id("gid"), 1));
  }

  /** Who has one mapped group only cannot give terminals to tty, nor mount the host's sysfs. */
  private static Mount rootless(Mount mount) {
    return switch (mount.destination()) {
      case "/dev/pts" ->
          new Mount(
              mount.destination(),
              mount.type(),
              mount.source(),
              mount.options().stream().filter(o -> !o.startsWith("gid=")).toList());
      case "/sys" ->
          new Mount("/sys", "none", "/sys", List.of("rbind", "nosuid", "noexec", "nodev", "ro"));
      default -> mount;
    };
  }

  private static long id(String kind) {
    try {
      return CallerUser.id(kind);
    } catch (IOException e) {
      throw new UsageException("/proc must be mounted: " + e);
    }
  }

  private static Process process() {
    return Process.of(List.of("sh"))
        .with(
            process -> {
              process.terminal = true;
              process.env = List.of(DefaultContainer.PATH, "TERM=xterm");
              process.capabilities = Capabilities.of(CAPABILITIES);
              process.rlimits =
                  List.of(new Rlimit(RlimitType.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES));
              process.noNewPrivileges = true;
            });
  }
}
