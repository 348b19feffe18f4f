package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.linux.Polling;
import io.lighter.runtime.criu.CriuException;
import io.lighter.runtime.criu.CriuProgram;
import io.lighter.runtime.criu.CriuRequest;
import io.lighter.runtime.criu.CriuSettings;
import io.lighter.runtime.criu.Descriptors;
import io.lighter.runtime.criu.ImageFolder;
import io.lighter.runtime.devices.DeviceFilter;
import io.lighter.runtime.launch.LaunchOptions;
import io.lighter.runtime.launch.LaunchPlan;
import io.lighter.runtime.resources.ResourceSettings;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Has CRIU make a container again. Its cgroup, its limits, its device filter, its mounts of the
 * host are made from the specification as for a new one; what CRIU has made is compared with the
 * specification before any of it runs: {@link RestoredCheck}. Safe for use by many threads.
 */
public final class RestoreLaunch {
  private static final String LOG = "restore.log";

  /** How long a killed process may take to end. */
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final Linux linux;
  private final Preparation preparation;
  private final CgroupTree tree;

  RestoreLaunch(Linux linux, Preparation preparation, CgroupTree tree) {
    this.linux = linux;
    this.preparation = preparation;
    this.tree = tree;
  }

  /**
   * What was made.
   *
   * @param process its first process, a child of this process
   * @param terminal the master of its terminal, or null
   */
  public record Restored(PidFd process, @Nullable Fd terminal) {}

  /**
   * How a container is made again, beyond what its specification says.
   *
   * @param settings those of its dump
   * @param stdio takes the place of the pipes and files of the host that it had as standard streams
   * @param lsmProfile another label of AppArmor or SELinux, in CRIU's words, or null
   * @param lsmMountContext another SELinux context of mounts, or null
   */
  public record How(
      CriuSettings settings,
      Stdio stdio,
      @Nullable String lsmProfile,
      @Nullable String lsmMountContext) {}

  /** The options by which its specification is laid out, as its creator's were. */
  static LaunchOptions options(ContainerPlace place, Path rootfs) {
    String empty = place.folder().resolve("empty").toString();
    return new LaunchOptions(false, false, empty, true)
        .withCreated(place.id(), 0, rootfs.toString());
  }

  /**
   * Makes a container again.
   *
   * @param made is told its first process before it runs
   * @throws StartException when a hook failed, or the images have more than the specification gives
   * @throws CriuException when it does not come to that otherwise; nothing is left of it in any
   *     case
   */
  public Restored restore(Spec spec, Path rootfs, ContainerPlace place, How how, IntConsumer made) {
    Checkpointable.check(spec, preparation.users(), linux);
    CriuSettings settings = how.settings();
    CriuProgram criu = CriuProgram.find(settings.program());
    Path log = Objects.requireNonNullElse(settings.work(), settings.images());
    try (ImageFolder images = ImageFolder.open(linux, settings.images());
        ImageFolder work = ImageFolder.forLog(linux, log);
        RootFileSystem root = RootFileSystem.folder(rootfs)) {
      images.requireImage();
      work.remove(LOG);
      LaunchPlan plan = preparation.plan(spec, root, options(place, rootfs));
      CriuRequest request =
          CriuRequest.restore(images, work, LOG)
              .with(settings)
              .with(CriuRequest.Switch.EVASIVE_DEVICES);
      if (how.lsmProfile() != null) {
        request.lsmProfile(how.lsmProfile());
      }
      if (how.lsmMountContext() != null) {
        request.lsmMountContext(how.lsmMountContext());
      }
      try {
        return inCgroup(
            new RestoreRun(linux, spec, place, criu, request, made),
            plan,
            Descriptors.read(images),
            (RootFileSystem.Folder) root,
            how.stdio());
      } catch (CriuException e) {
        throw Checkpointable.failed("restore", criu, work, LOG, e);
      }
    }
  }

  private Restored inCgroup(
      RestoreRun run,
      LaunchPlan plan,
      Descriptors descriptors,
      RootFileSystem.Folder root,
      Stdio stdio) {
    Resources resources = run.spec().linuxOrEmpty().resources();
    var limits = ResourceSettings.of(resources);
    preparation.check(limits);
    ContainerPlace place = run.place();
    CgroupMaker maker =
        place.scope() == null
            ? new TreeCgroup(tree, Objects.requireNonNull(place.cgroup()))
            : new ScopeCgroup(linux, tree, place.scope());
    try (DeviceFilter devices = preparation.deviceFilter(resources)) {
      Cgroup cgroup = maker.make(limits);
      Set<Integer> processes = new LinkedHashSet<>();
      try (IdMapNamespaces idMaps = new IdMapNamespaces(linux);
          RestoreMounts mounts = new RestoreMounts(linux, place.folder(), idMaps)) {
        mounts.place(run.spec(), root, HostMounts.of(run.spec(), plan), cgroup.fd());
        Restored restored =
            run.carryOut(mounts, descriptors, stdio, cgroup, maker, devices, processes);
        cgroup.close();
        return restored;
      } catch (RuntimeException | IOException e) {
        RuntimeException cause =
            e instanceof RuntimeException unchecked
                ? unchecked
                : new CriuException("its files cannot be made: " + e.getMessage(), e);
        undo(cause, cgroup, maker, processes);
        throw cause;
      }
    }
  }

  /** What CRIU has made by then are children of this process, or of one another. */
  private void undo(
      RuntimeException cause, Cgroup cgroup, CgroupMaker maker, Set<Integer> processes) {
    List<PidFd> children = new ArrayList<>();
    try {
      processes.addAll(cgroup.processes());
      for (int pid : processes) {
        PidFd child = pid == 0 ? null : linux.processes().pidfdOpen(pid);
        if (child != null) {
          children.add(child);
        }
      }
      maker.remove(cgroup);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
    for (PidFd child : children) {
      try (child) {
        awaitEnd(child);
        linux.processes().reap(child);
      } catch (LinuxException e) {
        // Most are no children of this process.
        if (e.errno() != Errno.ECHILD) {
          cause.addSuppressed(e);
        }
      }
    }
  }

  /**
   * Waits for a process whose cgroup is gone already: it leaves the cgroup first and can be reaped
   * later (Linux's do_exit() calls cgroup_exit() before exit_notify()), the first of a pid
   * namespace only when all others in it have been.
   */
  private void awaitEnd(PidFd process) {
    Polling polling = new Polling(linux);
    long end = System.nanoTime() + ENDING.toNanos();
    long left = ENDING.toMillis();
    // A signal of this process' own may end a wait early.
    while (left > 0 && polling.poll(process, Polling.POLLIN, (int) left) == 0) {
      left = (end - System.nanoTime()) / 1_000_000;
    }
  }
}
