package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.NamespaceOptions;
import io.lighter.cli.options.ProcessOptions;
import io.lighter.cli.options.RunOptions;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The OCI specification of what was asked for: Docker's default container, changed by the options.
 * Pure; what it depends on is in its arguments.
 *
 * <p>Two things stay open because only the image's own files can tell: the ids of {@link
 * ProcessOptions#user()} (the specification says root) and HOME, which is in the environment only
 * if it was asked for.
 */
public final class RunSpec {
  private static final int SHORT_ID = 12;

  private final RunOptions options;
  private final Host host;
  private final String id;

  private RunSpec(RunOptions options, Host host, String id) {
    this.options = options;
    this.host = host;
    this.id = id;
  }

  /**
   * Returns the specification.
   *
   * @param id the container's, at least 12 hexadecimal digits
   * @param root the folder below the container's root
   * @param devices the devices of {@code options}, or of the host if it is privileged
   * @param seccomp the filter, null for none; see {@link RunCapabilities#of} for what it may depend
   *     on
   * @throws UsageException if the host cannot give what was asked for
   */
  public static Spec of(
      RunOptions options,
      Host host,
      String id,
      String root,
      List<GrantedDevice> devices,
      @Nullable Seccomp seccomp) {
    return new RunSpec(options, host, id).spec(root, devices, seccomp);
  }

  /** Returns the specification of a bundle, with the terminal that was asked for. */
  public static Spec ofBundle(RunOptions options, Bundle bundle) {
    Spec spec = bundle.spec();
    Process process = spec.process();
    if (process == null || process.terminal() || !options.process().terminal()) {
      return spec;
    }
    Process withTerminal = process.with(p -> p.terminal = true);
    return spec.with(s -> s.process = withTerminal);
  }

  private Spec spec(String root, List<GrantedDevice> devices, @Nullable Seccomp seccomp) {
    boolean privileged = options.security().privileged();
    Root top = new Root(root, options.mounts().readOnly());
    List<String> command = options.process().command();
    Spec base =
        privileged
            ? DefaultContainer.privileged(top, command)
            : DefaultContainer.of(top, command, seccomp);
    NamespaceOptions names = options.namespaces();
    return base.with(
        spec -> {
          spec.process = process();
          spec.linux = linux(base.linuxOrEmpty(), devices, seccomp);
          spec.mounts = RunMounts.of(base.mounts(), options);
          spec.hostname = names.hostUts() ? null : fullHostname();
          spec.domainname = names.hostUts() ? null : names.domainname();
          spec.annotations = options.lifecycle().annotations();
        });
  }

  private Process process() {
    ProcessOptions asked = options.process();
    int adjustment = options.resources().oomScoreAdjustment();
    return Process.of(asked.command())
        .with(
            process -> {
              process.terminal = asked.terminal();
              process.env = RunEnvironment.of(asked, hostname());
              process.cwd = asked.workingFolder();
              process.capabilities = Capabilities.of(RunCapabilities.of(options.security(), host));
              process.rlimits = options.resources().rlimits();
              process.noNewPrivileges = options.security().noNewPrivileges();
              process.apparmorProfile = options.security().appArmor();
              process.oomScoreAdj = adjustment == 0 ? null : adjustment;
            });
  }

  private LinuxConfig linux(
      LinuxConfig base, List<GrantedDevice> devices, @Nullable Seccomp seccomp) {
    NamespaceOptions asked = options.namespaces();
    String parent = asked.cgroupParent();
    boolean open = !options.security().systemPathsConfined();
    return base.with(
        linux -> {
          linux.namespaces = namespaces(base.namespaces());
          linux.resources = RunResources.of(options, host, devices);
          linux.cgroupsPath = parent == null ? null : parent + "/" + id;
          linux.sysctl = asked.sysctl();
          linux.seccomp = seccomp;
          linux.devices = RunDevices.nodes(devices);
          linux.maskedPaths = open ? List.of() : base.maskedPaths();
          linux.readonlyPaths = open ? List.of() : base.readonlyPaths();
        });
  }

  private List<Namespace> namespaces(List<Namespace> all) {
    List<Namespace> own = new ArrayList<>(all.size());
    for (Namespace namespace : all) {
      if (!isShared(namespace.type())) {
        own.add(namespace);
      }
    }
    return own;
  }

  private boolean isShared(NamespaceType type) {
    NamespaceOptions asked = options.namespaces();
    return switch (type) {
      case NETWORK -> asked.hostNetwork();
      case PID -> asked.hostPid();
      case UTS -> asked.hostUts();
      case CGROUP -> asked.hostCgroup();
      case IPC -> asked.ipc() == NamespaceOptions.Ipc.HOST;
      case MOUNT, USER, TIME -> false;
    };
  }

  /** As Docker: a container on the host's network has the host's name unless it is given one. */
  private String hostname() {
    NamespaceOptions asked = options.namespaces();
    if (asked.hostname() != null) {
      return asked.hostname();
    }
    boolean ofHost = asked.hostUts() || asked.hostNetwork();
    return ofHost ? host.hostname() : id.substring(0, SHORT_ID);
  }

  private String fullHostname() {
    String domain = options.namespaces().domainname();
    return domain == null ? hostname() : hostname() + "." + domain;
  }
}
