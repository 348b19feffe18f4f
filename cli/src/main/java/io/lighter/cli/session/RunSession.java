package io.lighter.cli.session;

import io.lighter.cgroups.DelegatedCgroup;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.images.ImageSession;
import io.lighter.cli.images.RunImage;
import io.lighter.cli.options.ImageDefaults;
import io.lighter.cli.options.LifecycleOptions;
import io.lighter.cli.options.RootSource;
import io.lighter.cli.options.RunOptions;
import io.lighter.cli.run.StateFolder;
import io.lighter.cli.running.ContainerEntry;
import io.lighter.cli.running.ContainerIdentity;
import io.lighter.cli.running.RunningContainer;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.Polling;
import io.lighter.runtime.Container;
import io.lighter.runtime.ContainerId;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.OwnUsers;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.StartException;
import io.lighter.runtime.rootless.RootlessException;
import io.lighter.runtime.rootless.UserNamespaceEntrance;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One {@code lighter run} in the foreground: from its options to its exit code. */
public final class RunSession {
  /**
   * What ends sooner is entered nowhere: nobody could have looked at it, and what would be said of
   * it takes about as long (1 ms) as a short program runs.
   */
  private static final int SHORT_LIFE_MILLIS = 20;

  private final Linux linux;
  private final Path folder;
  private final Map<String, String> variables;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * Prepares a session.
   *
   * @param folder the working folder that relative paths count from
   * @param variables the environment of this process
   */
  public RunSession(
      Linux linux, Path folder, Map<String, String> variables, PrintStream out, PrintStream err) {
    this.linux = linux;
    this.folder = folder;
    this.variables = variables;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts what was asked for, waits for its end and returns the exit code.
   *
   * @throws UsageException when the options cannot be carried out
   */
  public int run(RunOptions options) {
    StateFolder state = new StateFolder(variables, folder);
    long user = linux.credentials().geteuid();
    try {
      if (user != 0) {
        new UserNamespaceEntrance(linux, state.environmentOf(user)).runAgain();
      }
      return runAsRoot(options, state.ofRoot(), OwnUsers.read());
    } catch (RootlessException e) {
      err.println("lighter run: " + e.getMessage());
      return StartException.Kind.RUNTIME.status();
    } catch (IOException e) {
      throw new UncheckedIOException("/proc must be mounted: " + e.getMessage(), e);
    }
  }

  private int runAsRoot(RunOptions asked, Path state, OwnUsers users) {
    // The child shares our memory until its exec, and /proc/PID of it would show ours.
    linux.credentials().setDumpable(false);
    ContainerIdentity identity =
        new ContainerIdentity(ContainerId.random(), asked.lifecycle().name());
    Instant created = Instant.now();
    try (ContainerEntry entry = entry(identity, state);
        RunImage image = image(asked);
        SessionLog log = log(asked, identity, state, entry);
        DelegatedCgroup cgroup = users.initial() ? null : DelegatedCgroup.find(linux);
        ContainerRuntime runtime = ContainerRuntime.open(config(asked, state, users, cgroup));
        ContainerRoot root = ContainerRoot.open(asked.source(), image, runtime, users);
        PreparedContainer prepared =
            prepare(withDefaults(asked, image), identity.id(), runtime, root, users, cgroup)) {
      RunOptions options = withDefaults(asked, image);
      if (options.lifecycle().explain()) {
        out.print(prepared.explain());
        return 0;
      }
      return run(
          options,
          prepared,
          log,
          container ->
              tell(
                  entry,
                  new Announcement(identity, created, options, image, root, log)
                      .of(container, runtime)));
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

  /** A name is taken before all else; a container without one is entered when it has to be. */
  private ContainerEntry entry(ContainerIdentity identity, Path state) {
    ContainerEntry entry = new ContainerEntry(linux, state, identity);
    if (identity.given() != null) {
      entry.take();
    }
    return entry;
  }

  private @Nullable SessionLog log(
      RunOptions options, ContainerIdentity identity, Path state, ContainerEntry entry) {
    return options.lifecycle().explain() || options.log() == null
        ? null
        : SessionLog.open(linux, options, options.log(), identity, state, entry, err);
  }

  private void tell(ContainerEntry entry, RunningContainer container) {
    try {
      entry.tell(container);
    } catch (UncheckedIOException e) {
      if (container.identity().given() != null) {
        throw e;
      }
      err.println(
          "lighter run: warning: inspect and stats do not show this container: " + e.getMessage());
    }
    entry.sweep();
  }

  private @Nullable RunImage image(RunOptions options) {
    if (!(options.source() instanceof RootSource.Image source)) {
      return null;
    }
    try {
      return RunImage.open(new ImageSession(linux, folder, variables, System.in, err, err), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static RunOptions withDefaults(RunOptions options, @Nullable RunImage image) {
    return image == null ? options : ImageDefaults.apply(options, image.config().config());
  }

  private static RuntimeConfig config(
      RunOptions options, Path state, OwnUsers users, @Nullable DelegatedCgroup cgroup) {
    RuntimeConfig config = RuntimeConfig.of(state).withDieWithStarter();
    String parent = options.namespaces().cgroupParent();
    if (parent != null) {
      return config.withCgroup(parent);
    }
    if (users.initial()) {
      return config;
    }
    return cgroup == null ? config.withoutCgroup() : config.withCgroup(cgroup.path());
  }

  private int run(
      RunOptions options,
      PreparedContainer prepared,
      @Nullable SessionLog log,
      Consumer<Container> lasting) {
    LifecycleOptions lifecycle = options.lifecycle();
    boolean interactive = options.process().interactive();
    StopRequest signals =
        new StopRequest(
            options.process().passSignals(), lifecycle.stopSignal(), lifecycle.stopSeconds());
    WindowRequest window = new WindowRequest();
    // Before the start: a signal that comes between it and our listening would end us alone.
    try (SignalForwarding _ = SignalForwarding.to(signals, window);
        Joined<Container> joined = join(prepared, interactive, log);
        Container container = joined.process();
        // Last, so that it is closed first.
        signals) {
      signals.listen(container);
      window.listen(joined.window());
      for (String warning : container.warnings()) {
        err.println("lighter run: warning: " + warning);
      }
      if (!endsWithin(container, SHORT_LIFE_MILLIS)) {
        lasting.accept(container);
      }
      ExitStatus status = container.waitFor();
      // What the first process left running ends now, and with it what still writes.
      container.kill();
      joined.drain();
      window.listen(() -> {});
      return status.shellStatus();
    }
  }

  private boolean endsWithin(Container container, int millis) {
    return new Polling(linux).poll(container.process(), Polling.POLLIN, millis) != 0;
  }

  private Joined<Container> join(
      PreparedContainer prepared, boolean interactive, @Nullable SessionLog log) {
    if (prepared.hasTerminal()) {
      return TerminalProcess.start(linux, interactive, prepared::start, Container::terminal, log);
    }
    return log == null
        ? PipedProcess.start(linux, interactive, prepared::start)
        : LoggedProcess.start(linux, interactive, prepared::start, log);
  }

  private PreparedContainer prepare(
      RunOptions options,
      String id,
      ContainerRuntime runtime,
      ContainerRoot root,
      OwnUsers users,
      @Nullable DelegatedCgroup cgroup) {
    Spec spec = new SessionSpec(linux, folder, err, users).of(options, id, runtime, root);
    PreparedContainer prepared =
        options.lifecycle().init()
            ? runtime.prepareWithInit(spec, root.files())
            : runtime.prepare(spec, root.files());
    try {
      if (cgroup != null && spec.linuxOrEmpty().resources() != null) {
        cgroup.stepAside();
      }
      return prepared;
    } catch (RuntimeException e) {
      prepared.close();
      throw e;
    }
  }
}
