package io.lighter.cli.session;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.MountRequest;
import io.lighter.cli.options.RunOptions;
import io.lighter.cli.run.AnonymousVolumes;
import io.lighter.cli.run.GrantedDevice;
import io.lighter.cli.run.Host;
import io.lighter.cli.run.HostDevices;
import io.lighter.cli.run.MountSources;
import io.lighter.cli.run.RunCapabilities;
import io.lighter.cli.run.RunDevices;
import io.lighter.cli.run.RunSeccomp;
import io.lighter.cli.run.RunSpec;
import io.lighter.cli.run.UserNamespaceSpec;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.OwnUsers;
import io.lighter.runtime.ResolvedUser;
import io.lighter.runtime.UserLookup;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the options of a {@code lighter run} come to on this host: a specification. */
final class SessionSpec {
  private final Linux linux;
  private final Path folder;
  private final PrintStream err;
  private final OwnUsers users;

  /**
   * Prepares for one run.
   *
   * @param folder the working folder that relative paths count from
   * @param err for warnings
   * @param users the user namespace of this process
   */
  SessionSpec(Linux linux, Path folder, PrintStream err, OwnUsers users) {
    this.linux = linux;
    this.folder = folder;
    this.err = err;
    this.users = users;
  }

  /**
   * Returns the specification.
   *
   * @param id of the container
   * @throws UsageException when the options cannot be carried out
   */
  Spec of(RunOptions asked, String id, ContainerRuntime runtime, ContainerRoot root) {
    if (root.bundle() != null) {
      return RunSpec.ofBundle(asked, root.bundle());
    }
    try {
      MountSources.prepare(asked.mounts().mounts());
      RunOptions options = withVolumes(asked, runtime, root);
      boolean privileged = options.security().privileged();
      Host host = Host.look(runtime.deviceFilterObstacle());
      String unguarded = users.initial() ? RunDevices.warning(options.security(), host) : null;
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
              id,
              "rootfs",
              devices,
              RunSeccomp.of(
                  options.security(), RunCapabilities.of(options.security(), host), folder));
      Spec full = withUser(spec, options, root);
      if (users.initial()) {
        return full;
      }
      Spec allowed = new UserNamespaceSpec(options, users, runtime.hasCgroup()).of(full, devices);
      List<Mount> mounts = new ArrayList<>(root.mounts());
      mounts.addAll(allowed.mounts());
      return allowed.with(s -> s.mounts = mounts);
    } catch (IOException e) {
      throw new UncheckedIOException("this machine cannot be looked at: " + e.getMessage(), e);
    }
  }

  private RunOptions withVolumes(RunOptions asked, ContainerRuntime runtime, ContainerRoot root) {
    List<MountRequest> mounts = asked.mounts().mounts();
    if (mounts.stream().noneMatch(one -> one.source() == MountRequest.Source.OWN)) {
      return asked; // most have none, and a look at the root is a mount
    }
    try (Fd top = root.files().look(linux)) {
      AnonymousVolumes volumes = new AnonymousVolumes(linux, runtime::newFolder);
      return asked.with(asked.mounts().with(volumes.make(mounts, top)));
    }
  }

  /** Fills in what only the image's own files tell: ids and home. */
  private Spec withUser(Spec spec, RunOptions options, ContainerRoot root) {
    try (Fd top = root.files().look(linux)) {
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
