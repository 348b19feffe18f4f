package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.Platform;
import io.lighter.images.cdi.ContainerEdits;
import io.lighter.images.dockerfile.HereDocument;
import io.lighter.images.dockerfile.Instruction;
import io.lighter.images.dockerfile.RunMount;
import io.lighter.images.dockerfile.Stage;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.dockerfile.WordExpander;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.WritableLayer;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.ResolvedUser;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** RUN. Used by one thread. */
final class RunStep {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final String SCRIPTS = "/dev/pipes";
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final BuildRun run;
  private final Linux linux;
  private final Stage stage;
  private final StageState state;
  private final WordExpander expander;
  private final LayerStep step;
  private final Instruction.Run instruction;

  RunStep(
      BuildRun run,
      Stage stage,
      StageState state,
      WordExpander expander,
      LayerStep step,
      Instruction.Run instruction) {
    this.run = run;
    this.linux = run.store().linux();
    this.stage = stage;
    this.state = state;
    this.expander = expander;
    this.step = step;
    this.instruction = instruction;
  }

  /** Returns the layer of the command. */
  Digest layer() throws IOException {
    refuseWhatIsNot();
    Script script = Script.of(instruction, state.shell());
    CommandDevices devices = new CommandDevices(run, instruction.devices());
    List<RunMount> asked =
        instruction.mounts().stream().map(mount -> RunMount.of(mount, expander)).toList();
    try (CommandMounts mounts = new CommandMounts(run, stage, state.workingFolder(), asked)) {
      CacheKey key =
          new CacheKey("run")
              .addLayers(state.layers())
              .add(script.arguments())
              .add(script.content())
              .add(state.workingFolder())
              .add(state.config().user())
              .add(environment(false).entrySet())
              .add(instruction.network().toString())
              .add(run.request().network().toString())
              .add(Boolean.toString(instruction.insecure()))
              .add(run.request().hosts().entrySet())
              .add(Long.toString(run.request().shmBytes()))
              .add(run.request().rlimits())
              .add(String.valueOf(run.epoch()));
      mounts.addTo(key);
      devices.addTo(key);
      return step.layer(
          key.digest(),
          state.layers(),
          (stack, writable) -> execute(script, mounts, devices.edits(), stack, writable));
    }
  }

  private void refuseWhatIsNot() {
    if (instruction.insecure() && !run.request().allowInsecure()) {
      throw new SyntaxException(
          "RUN --security=insecure is not allowed; allow it by --allow security.insecure");
    }
    if (Platform.local().suitability(state.platform()) == 0
        && !Emulators.LOCAL.run(state.platform())) {
      throw new SyntaxException(
          ("a command of %s cannot run on this machine, which is %s and has no emulator for it in"
                  + " binfmt_misc with the flag F")
              .formatted(state.platform(), Platform.local()));
    }
  }

  /** The environment by name; that of the key has no proxies and no secrets. */
  private Map<String, String> environment(boolean whole) {
    Map<String, String> all = new LinkedHashMap<>();
    if (whole) {
      all.putAll(run.arguments().proxies());
    }
    all.putAll(state.variables());
    if (!whole) {
      all.keySet().removeAll(BuildArguments.PROXIES);
    }
    all.putIfAbsent("PATH", PATH);
    return all;
  }

  private void execute(
      Script script,
      CommandMounts mounts,
      ContainerEdits devices,
      LayerStack stack,
      WritableLayer writable)
      throws IOException {
    mounts.make();
    ContainerRuntime runtime = run.commands().runtime();
    ResolvedUser user =
        new OwnerLookup(linux, run.trees()).user(state.layers(), state.config().user());
    Map<String, String> environment = environment(true);
    environment.putIfAbsent("HOME", user.home());
    environment.putAll(mounts.variables());
    List<Mount> all = new ArrayList<>(networkFiles());
    if (!script.content().isEmpty()) {
      all.add(scriptMount(script));
    }
    all.addAll(mounts.mounts());
    CommandSpec command =
        new CommandSpec(
            script.arguments(),
            environment,
            user,
            state.workingFolder(),
            hasHostNetwork(),
            instruction.insecure(),
            all,
            devices,
            run.request().shmBytes(),
            run.request().rlimits());
    Spec spec = command.on(linux, runtime);
    MountStubs stubs;
    try (Fd root = stack.mountReadOnly(OverlayOptions.DEFAULTS)) {
      List<String> targets = new ArrayList<>();
      spec.mounts().forEach(mount -> targets.add(mount.destination()));
      spec.linuxOrEmpty().maskedPaths().forEach(targets::add);
      stubs = new MountStubs(linux, root, targets);
    }
    int code = run.commands().run(spec, new RootFileSystem.Kept(stack, writable), step.step());
    if (code != 0) {
      throw new CommandFailure(script.told(), code);
    }
    try (Fd upper = writable.openUpper()) {
      stubs.remove(upper);
    }
  }

  private boolean hasHostNetwork() {
    return switch (instruction.network()) {
      case HOST -> true;
      case NONE -> false;
      case DEFAULT -> run.request().network() == BuildNetwork.HOST;
    };
  }

  /** Names of hosts, and who resolves others; the image's own files stay as they are. */
  private List<Mount> networkFiles() throws IOException {
    Path folder = run.commands().newFolder();
    StringBuilder hosts = new StringBuilder();
    hosts.append("127.0.0.1\tlocalhost ").append(CommandSpec.HOST_NAME).append('\n');
    hosts.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
    run.request()
        .hosts()
        .forEach((name, to) -> hosts.append(to).append('\t').append(name).append('\n'));
    try (Fd opened = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), FOLDER, 0)) {
      SmallFile.write(linux, opened, "hosts", hosts.toString(), 0644);
      SmallFile.write(
          linux, opened, "resolv.conf", hasHostNetwork() ? HostFiles.resolvers() : "", 0644);
    }
    return List.of(
        readOnly("/etc/hosts", folder.resolve("hosts")),
        readOnly("/etc/resolv.conf", folder.resolve("resolv.conf")));
  }

  private Mount scriptMount(Script script) throws IOException {
    Path folder = run.commands().newFolder();
    try (Fd opened = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), FOLDER, 0)) {
      linux.files().fchmod(opened, 0755);
      for (HereDocument document : script.content()) {
        SmallFile.write(linux, opened, document.name(), document.data(), 0755);
      }
    }
    return readOnly(SCRIPTS, folder);
  }

  private static Mount readOnly(String target, Path source) {
    return new Mount(target, "bind", source.toString(), List.of("bind", "ro", "nosuid", "nodev"));
  }
}
