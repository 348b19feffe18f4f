package io.lighter.runtime;

import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Architecture;
import io.lighter.linux.Fd;
import io.lighter.linux.KernelVersion;
import io.lighter.linux.Linux;
import io.lighter.runtime.devices.DeviceFilter;
import io.lighter.runtime.devices.DeviceFilters;
import io.lighter.runtime.launch.LaunchOptions;
import io.lighter.runtime.launch.LaunchPlan;
import io.lighter.runtime.launch.LaunchPlanner;
import io.lighter.runtime.launch.LaunchPlanner.Grantable;
import io.lighter.runtime.launch.PathKinds;
import io.lighter.runtime.resources.ResourceSettings;
import io.lighter.runtime.seccomp.FilterCache;
import io.lighter.runtime.seccomp.SeccompProgram;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecValidation;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns specifications into what can be started on this host.
 *
 * <p>Safe for use by many threads.
 */
final class Preparation {
  private final Linux linux;
  private final @Nullable CgroupTree tree;
  private final HostFacts facts = HostFacts.read();
  private final FilterCache filters = new FilterCache();
  private final DeviceFilters deviceFilters;
  private final List<String> warnings;

  /**
   * Looks at the host.
   *
   * @param tree where limits are set, or null where containers get no cgroup
   */
  Preparation(Linux linux, @Nullable CgroupTree tree) {
    KernelVersion.current().requireFloor();
    // The root and the binds of a container are handed to it as detached mounts.
    linux.missing().requireDetachedMounts();
    this.linux = linux;
    this.tree = tree;
    this.deviceFilters = new DeviceFilters(linux);
    this.warnings = OwnProcess.guard(linux);
  }

  /** Returns why rules of device access cannot be carried out here, or null when they can. */
  @Nullable String deviceFilterObstacle() {
    return deviceFilters.obstacle();
  }

  /** As {@link ContainerRuntime#prepare}. */
  PreparedContainer prepare(
      Spec spec, RootFileSystem root, LaunchOptions options, Housekeeping housekeeping) {
    SpecValidation.check(spec);
    Resources resources = spec.linuxOrEmpty().resources();
    List<Setting> limits = ResourceSettings.of(resources);
    check(limits);
    LaunchPlan plan = plan(spec, root, options);
    DeviceFilter devices = deviceFilter(resources);
    try {
      return new PreparedContainer(linux, this, housekeeping, spec, plan, root, limits, devices);
    } catch (RuntimeException e) {
      if (devices != null) {
        devices.close();
      }
      throw e;
    }
  }

  /** Refuses limits that cannot be set here. */
  void check(List<Setting> limits) {
    if (tree != null) {
      tree.check(limits);
    } else if (!limits.isEmpty()) {
      throw new UnsupportedSpecException(
          "linux.resources",
          "limiting a container that gets no cgroup (" + limits.getFirst() + ")");
    }
  }

  /** Returns the user namespace of this process. */
  OwnUsers users() {
    return facts.users();
  }

  /** Returns what the kernel shall do for a specification, of which nothing is checked. */
  LaunchPlan plan(Spec spec, RootFileSystem root, LaunchOptions options) {
    try (Fd top = root.look(linux)) {
      PathKinds image = new ContainerPaths(linux, top);
      return new LaunchPlanner(spec, options, image, new HostPaths(), grantable(), filter(spec))
          .plan();
    }
  }

  /** Returns what is to be said of every container that is started here. */
  List<String> warnings() {
    return warnings;
  }

  /** Returns what this host can grant. */
  Grantable grantable() {
    return new Grantable(
        facts.lastCapability(),
        facts.capabilities(),
        facts.modules(),
        facts.users().initial(),
        facts.users().setsGroups(),
        linux.missing());
  }

  /** Returns the compiled filter of a specification, or null when it has none. */
  LaunchPlanner.@Nullable Filter filter(Spec spec) {
    Seccomp profile = spec.linuxOrEmpty().seccomp();
    if (profile == null) {
      return null;
    }
    SeccompProgram compiled = filters.get(profile, Architecture.current());
    return new LaunchPlanner.Filter(compiled.program(), compiled.flags());
  }

  /** Null when there are no rules: then nothing is filtered, as with crun. */
  @Nullable DeviceFilter deviceFilter(@Nullable Resources resources) {
    if (resources == null || resources.devices().isEmpty()) {
      return null;
    }
    return deviceFilters.open(resources.devices());
  }
}
