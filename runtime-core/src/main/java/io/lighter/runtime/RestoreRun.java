package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.SocketMessage;
import io.lighter.runtime.RestoreLaunch.Restored;
import io.lighter.runtime.criu.CriuException;
import io.lighter.runtime.criu.CriuProgram;
import io.lighter.runtime.criu.CriuRequest;
import io.lighter.runtime.criu.CriuSession;
import io.lighter.runtime.criu.Descriptors;
import io.lighter.runtime.devices.DeviceFilter;
import io.lighter.runtime.launch.CriuPlan;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One restore, from the start of CRIU to its end. */
record RestoreRun(
    Linux linux,
    Spec spec,
    ContainerPlace place,
    CriuProgram criu,
    CriuRequest request,
    IntConsumer made) {

  /**
   * Carries it out.
   *
   * @param processes takes the children of this process that come to be
   */
  Restored carryOut(
      RestoreMounts mounts,
      Descriptors descriptors,
      Stdio stdio,
      Cgroup cgroup,
      CgroupMaker maker,
      @Nullable DeviceFilter devices,
      Set<Integer> processes) {
    request.root(mounts.root());
    mounts.externals().forEach(request::external);
    List<Fd> inherited = inherit(descriptors, stdio);
    Fd network = network();
    if (network != null) {
      request.inherit(CheckpointLaunch.NETWORK_KEY, number(inherited));
      inherited.add(network);
    }
    Notices notices = new Notices(cgroup, devices, processes);
    boolean ownCgroups = spec.linuxOrEmpty().createsNamespace(NamespaceType.CGROUP);
    int flags = Fcntl.O_RDWR;
    try (network;
        Fd nothing = linux.files().openat(Fd.WORKING_FOLDER, "/dev/null", flags, 0);
        CriuSession session =
            CriuSession.start(
                linux,
                socket ->
                    CriuPlan.restore(
                        linux,
                        criu.file(),
                        CriuProgram.PATH,
                        socket,
                        nothing,
                        ownCgroups,
                        mounts.placed(),
                        inherited),
                cgroup.fd())) {
      maker.inhabited();
      int pid = session.carryOut(request, notices);
      processes.add(pid);
      PidFd process = linux.processes().pidfdOpen(pid);
      if (process == null) {
        throw new CriuException("its first process, " + pid + ", is not there");
      }
      return new Restored(process, notices.takeTerminal());
    } catch (RuntimeException e) {
      notices.close();
      throw e;
    }
  }

  private static int number(List<Fd> inherited) {
    return CriuPlan.FIRST_INHERITED + inherited.size();
  }

  /** Each file or pipe of the host that it had gives its place to one of ours. */
  private List<Fd> inherit(Descriptors descriptors, Stdio stdio) {
    List<Fd> own = List.of(stdio.stdin(), stdio.stdout(), stdio.stderr());
    List<Fd> inherited = new ArrayList<>();
    List<String> names = descriptors.names();
    for (int i = 0; i < own.size(); i++) {
      String name = names.get(i);
      if (Descriptors.isReplaced(name) && names.indexOf(name) == i) {
        request.inherit(name, number(inherited));
        inherited.add(own.get(i));
      }
    }
    return inherited;
  }

  private @Nullable Fd network() {
    Namespace network = spec.linuxOrEmpty().namespace(NamespaceType.NETWORK);
    String path = network == null ? null : network.path();
    return path == null ? null : linux.files().openat(Fd.WORKING_FOLDER, path, Fcntl.O_RDONLY, 0);
  }

  /** What CRIU tells on the way. */
  private final class Notices implements CriuSession.Listener, AutoCloseable {
    private final Cgroup cgroup;
    private final @Nullable DeviceFilter devices;
    private final Set<Integer> processes;
    private @Nullable Fd terminal;
    private int first;

    Notices(Cgroup cgroup, @Nullable DeviceFilter devices, Set<Integer> processes) {
      this.cgroup = cgroup;
      this.devices = devices;
      this.processes = processes;
    }

    @Override
    public void on(String notice, int pid, SocketMessage message) {
      if (pid != 0) {
        first = pid;
        processes.add(pid);
      }
      switch (notice) {
        case "setup-namespaces" -> hooks(pid);
        case "orphan-pts-master" -> {
          if (message.descriptors() > 0) {
            close();
            terminal = message.take(0);
          }
        }
        case "pre-resume" -> admit();
        default -> {}
      }
    }

    private void hooks(int pid) {
      Hooks hooks = spec.hooks();
      HookRunner runner = new HookRunner(linux);
      String state =
          HookState.json(spec, new HookIdentity(place.id(), place.bundle()), "creating", pid);
      runner.run("prestart", hooks.prestart(), state, HookWays.inRuntime(linux));
      runner.run("createRuntime", hooks.createRuntime(), state, HookWays.inRuntime(linux));
    }

    /** All is made, and stopped; CRIU lets it go whatever is answered, unless it is killed. */
    private void admit() {
      try {
        if (devices != null) {
          devices.attachTo(cgroup);
        }
        if (spec.process() != null && spec.process().terminal() && terminal == null) {
          throw new StartException(
              StartException.Kind.RUNTIME,
              "the configuration has process.terminal, and what is in the images has no terminal");
        }
        new RestoredCheck(linux, spec, first, cgroup).check();
        made.accept(first);
      } catch (RuntimeException e) {
        processes.addAll(cgroup.processes());
        cgroup.kill();
        throw e;
      }
    }

    @Nullable Fd takeTerminal() {
      Fd taken = terminal;
      terminal = null;
      return taken;
    }

    @Override
    public void close() {
      if (terminal != null) {
        terminal.close();
        terminal = null;
      }
    }
  }
}
