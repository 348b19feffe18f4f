package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.runtime.launch.ExecPlan;
import io.lighter.runtime.launch.ExecPlanner;
import io.lighter.runtime.launch.Gate;
import io.lighter.runtime.network.NetworkDevices;
import io.lighter.runtime.spec.Hook;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.NetDevice;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a specification wants done at the gates of its container's start. */
final class SpecGates {
  private final Linux linux;
  private final Preparation preparation;
  private final Spec spec;
  private final HookIdentity identity;
  private final @Nullable Cgroup cgroup;
  private final Path folder;
  private final HookRunner hooks;

  /**
   * Prepares the work.
   *
   * @param cgroup the container's, or null when it has none of its own
   * @param folder one on the host for what is needed meanwhile
   */
  SpecGates(
      Linux linux,
      Preparation preparation,
      Spec spec,
      HookIdentity identity,
      @Nullable Cgroup cgroup,
      Path folder) {
    this.linux = linux;
    this.preparation = preparation;
    this.cgroup = cgroup;
    this.folder = folder;
    this.spec = spec;
    this.identity = identity;
    this.hooks = new HookRunner(linux);
  }

  /**
   * Does what is due while the child waits at a gate; it goes on afterwards.
   *
   * @throws RuntimeException when the container shall not come to be; the child is killed then
   */
  void at(Gate gate, PidFd child) {
    switch (gate) {
      case ID_MAPPINGS -> mapIds(child);
      case BEFORE_PIVOT -> beforePivot(child);
      case START -> startContainer(child);
      case LISTENER -> throw new IllegalStateException("that is no work of a specification's own");
    }
  }

  private void mapIds(PidFd child) {
    LinuxConfig linux = spec.linuxOrEmpty();
    IdMappingFiles.write(child.pid(), linux.uidMappings(), linux.gidMappings());
  }

  private void beforePivot(PidFd child) {
    Hooks all = spec.hooks();
    String state = state("creating", child.pid());
    hooks.run("prestart", all.prestart(), state, HookWays.inRuntime(linux));
    hooks.run("createRuntime", all.createRuntime(), state, HookWays.inRuntime(linux));
    hooks.run(
        "createContainer",
        all.createContainer(),
        state,
        HookWays.inNamespaces(linux, child, spec.linuxOrEmpty()));
    moveDevices(child);
  }

  private void moveDevices(PidFd child) {
    Map<String, NetDevice> devices = spec.linuxOrEmpty().netDevices();
    if (devices.isEmpty()) {
      return;
    }
    String namespace = "/proc/" + child.pid() + "/ns/net";
    try (Fd network = linux.files().openat(Fd.WORKING_FOLDER, namespace, Fcntl.O_RDONLY, 0)) {
      new NetworkDevices(linux).moveInto(network, devices);
    }
  }

  private void startContainer(PidFd child) {
    hooks.run(
        "startContainer",
        spec.hooks().startContainer(),
        state("created", child.pid()),
        (hook, stdio) -> confined(hook, stdio, child));
  }

  /** As who the container's process is, and with no more rights: the program is the image's. */
  private PidFd confined(Hook hook, Stdio stdio, PidFd child) {
    Process process =
        Objects.requireNonNull(spec.process())
            .with(
                p -> {
                  p.args = hook.args().isEmpty() ? List.of(hook.path()) : hook.args();
                  p.env = hook.env();
                  p.terminal = false;
                });
    LinuxConfig config = spec.linuxOrEmpty();
    ExecPlan plan =
        new ExecPlanner(config, process, preparation.grantable(), preparation.filter(spec), null)
            .plan(0, hook.path());
    ExecGate gate =
        new ExecGate(linux, folder, new ListenerHandOver(linux, spec, identity, () -> "created"));
    try (ExecLaunch launch =
        new ExecLaunch(linux, config, plan, process, gate, preparation.users())) {
      return launch.start(child, cgroup == null ? null : cgroup.fd(), stdio, List.of());
    }
  }

  private String state(String status, int pid) {
    return HookState.json(spec, identity, status, pid);
  }
}
