package io.lighter.cli.session;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.LifecycleOptions;
import io.lighter.cli.options.RootSource;
import io.lighter.cli.options.RunOptions;
import io.lighter.cli.run.GrantedDevice;
import io.lighter.cli.run.Host;
import io.lighter.cli.run.HostDevices;
import io.lighter.cli.run.MountSources;
import io.lighter.cli.run.RunCapabilities;
import io.lighter.cli.run.RunDevices;
import io.lighter.cli.run.RunSeccomp;
import io.lighter.cli.run.RunSpec;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.Container;
import io.lighter.runtime.ContainerId;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.ResolvedUser;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.StartException;
import io.lighter.runtime.UserLookup;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One {@code lighter run} in the foreground: from its options to its exit code. */
public final class RunSession {
  private final Linux linux;
  private final Path folder;
  private final Path stateFolder;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * Prepares a session.
   *
   * @param folder the working folder that relative paths count from
   * @param stateFolder where the writable layers of running containers lie
   */
  public RunSession(Linux linux, Path folder, Path stateFolder, PrintStream out, PrintStream err) {
    this.linux = linux;
    this.folder = folder;
    this.stateFolder = stateFolder;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts what was asked for, waits for its end and returns the exit code.
   *
   * @throws UsageException when the options cannot be carried out
   */
  public int run(RunOptions options) {
    if (linux.credentials().geteuid() != 0) {
      throw new UsageException("starting a container needs root for now; try sudo");
    }
    // The child shares our memory until its exec, and /proc/PID of it would show ours.
    linux.credentials().setDumpable(false);
    try (ContainerName _ = name(options.lifecycle());
        ContainerRuntime runtime = ContainerRuntime.open(config(options).withDieWithStarter());
        RootFileSystem root = root(options.source());
        PreparedContainer prepared = prepare(options, runtime, root)) {
      if (options.lifecycle().explain()) {
        out.print(prepared.explain());
        return 0;
      }
      return run(options, prepared);
    } catch (UsageException e) {
      throw e;
    } catch (StartException e) {
      err.println("lighter run: " + e.getMessage());
      return e.kind().status();
    } catch (RuntimeException e) {
      // Whatever it is, it names what failed; a stack trace would not help the one who typed.
      err.println("lighter run: " + e.getMessage());
      return StartException.Kind.RUNTIME.status();
    }
  }

  private RuntimeConfig config(RunOptions options) {
    RuntimeConfig config = RuntimeConfig.of(stateFolder);
    String parent = options.namespaces().cgroupParent();
    return parent == null ? config : config.withCgroup(parent);
  }

  private @Nullable ContainerName name(LifecycleOptions options) {
    return options.name() == null ? null : ContainerName.take(stateFolder, options.name());
  }

  private int run(RunOptions options, PreparedContainer prepared) {
    LifecycleOptions lifecycle = options.lifecycle();
    boolean interactive = options.process().interactive();
    StopRequest signals =
        new StopRequest(
            options.process().passSignals(), lifecycle.stopSignal(), lifecycle.stopSeconds());
    WindowRequest window = new WindowRequest();
    // Before the start: a signal that comes between it and our listening would end us alone.
    try (SignalForwarding _ = SignalForwarding.to(signals, window);
        Joined<Container> joined =
            prepared.hasTerminal()
                ? Joined.terminal(linux, interactive, prepared::start, Container::terminal)
                : Joined.piped(linux, interactive, prepared::start);
        Container container = joined.process();
        // Last, so that it is closed first.
        signals) {
      signals.listen(container);
      window.listen(joined.window());
      for (String warning : container.warnings()) {
        err.println("lighter run: warning: " + warning);
      }
      ExitStatus status = container.waitFor();
      // What the first process left running ends now, and with it what still writes.
      container.kill();
      joined.drain();
      window.listen(() -> {});
      return status.shellStatus();
    }
  }

  private RootFileSystem root(RootSource source) {
    return switch (source) {
      case RootSource.Host host -> RootFileSystem.overlay(List.of(Path.of("/")));
      case RootSource.Rootfs rootfs -> RootFileSystem.overlay(List.of(existing(rootfs.folder())));
      case RootSource.Bundle bundle -> RootFileSystem.folder(existing(open(bundle).rootfs()));
    };
  }

  private static Bundle open(RootSource.Bundle bundle) {
    try {
      return Bundle.open(existing(bundle.folder()));
    } catch (IOException e) {
      throw new UsageException("the bundle " + bundle.folder() + " cannot be read: " + e);
    }
  }

  private static Path existing(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          folder + (Files.exists(folder) ? " is not a folder" : " does not exist"));
    }
    return folder;
  }

  private PreparedContainer prepare(
      RunOptions options, ContainerRuntime runtime, RootFileSystem root) {
    Spec spec = spec(options, runtime, root);
    return options.lifecycle().init()
        ? runtime.prepareWithInit(spec, root)
        : runtime.prepare(spec, root);
  }

  private Spec spec(RunOptions options, ContainerRuntime runtime, RootFileSystem root) {
    if (options.source() instanceof RootSource.Bundle bundle) {
      return RunSpec.ofBundle(options, open(bundle));
    }
    try {
      MountSources.prepare(options.mounts().mounts());
      boolean privileged = options.security().privileged();
      Host host = Host.look(runtime.deviceFilterObstacle());
      String unguarded = RunDevices.warning(options.security(), host);
      if (unguarded != null) {
        err.println("lighter run: warning: " + unguarded);
      }
      List<GrantedDevice> devices =
          privileged
              ? HostDevices.allAnd(options.mounts().devices())
              : HostDevices.find(options.mounts().devices());
      Spec spec =
          RunSpec.of(
              options,
              host,
              ContainerId.random(),
              "rootfs",
              devices,
              RunSeccomp.of(
                  options.security(), RunCapabilities.of(options.security(), host), folder));
      return withUser(spec, options, root);
    } catch (IOException e) {
      throw new UncheckedIOException("this machine cannot be looked at: " + e.getMessage(), e);
    }
  }

  /** Fills in what only the image's own files tell: ids and home. */
  private Spec withUser(Spec spec, RunOptions options, RootFileSystem root) {
    try (Fd top = root.look(linux)) {
      ResolvedUser user = UserLookup.resolve(linux, top, options.process().user());
      return spec.with(
          s -> {
            s.process = withUser(s.process, user);
            // The runtime names the cgroup itself, below the parent that was asked for.
            s.linux = spec.linuxOrEmpty().with(l -> l.cgroupsPath = null);
          });
    }
  }

  private static @Nullable Process withUser(@Nullable Process process, ResolvedUser user) {
    if (process == null) {
      return null;
    }
    return process.with(
        p -> {
          p.user = user.user();
          if (p.env.stream().noneMatch(setting -> setting.startsWith("HOME="))) {
            List<String> env = new ArrayList<>(p.env);
            env.add("HOME=" + user.home());
            p.env = env;
          }
        });
  }
}
