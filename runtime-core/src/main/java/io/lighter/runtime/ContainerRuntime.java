package io.lighter.runtime;

import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Architecture;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.devices.DeviceFilter;
import io.lighter.runtime.devices.DeviceFilters;
import io.lighter.runtime.launch.LaunchOptions;
import io.lighter.runtime.launch.LaunchPlan;
import io.lighter.runtime.launch.LaunchPlanner;
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
 * Starts containers. It owns what they share: the cgroup below which theirs lie, the folder of
 * their writable layers, the pools of what is made before it is needed, the compiled seccomp
 * filters.
 *
 * <p>Safe for use by many threads. Closing it while containers run ends them.
 */
public final class ContainerRuntime implements AutoCloseable {
  private final Linux linux;
  private final RuntimeConfig config;
  private final HostFacts facts = HostFacts.read();
  private final CgroupTree tree;
  private final InstanceFolder instance;
  private final Housekeeping housekeeping;
  private final FilterCache filters = new FilterCache();
  private final DeviceFilters deviceFilters;

  ContainerRuntime(Linux linux, RuntimeConfig config) {
    this.linux = linux;
    this.config = config;
    this.deviceFilters = new DeviceFilters(linux);
    this.tree = CgroupTree.locate(linux);
    this.instance = InstanceFolder.create(linux, config.stateFolder(), tree, config.cgroup());
    this.housekeeping = new Housekeeping(linux, instance, config.pool());
  }

  /**
   * Opens a runtime. What an earlier one left behind over the same state folder, because it was
   * killed, is removed first.
   *
   * @throws IllegalStateException when the host lacks something, with what and why
   */
  public static ContainerRuntime open(RuntimeConfig config) {
    return new ContainerRuntime(Linux.kernel(), config);
  }

  /**
   * Prepares the starts of one specification over one root.
   *
   * @param spec as of a bundle, except for its root's path: the root is what is given here
   * @param root must stay open as long as containers are started
   * @throws io.lighter.runtime.spec.SpecException when the specification contradicts itself
   * @throws UnsupportedSpecException when it asks for what Lighter or the host does not do
   */
  public PreparedContainer prepare(Spec spec, RootFileSystem root) {
    return prepare(spec, root, false);
  }

  /**
   * As {@link #prepare}, with an init of ours as process 1. It runs the program of the
   * specification, passes signals on to it from the moment of the start, reaps what is orphaned,
   * and ends as that program does. It is mounted read-only at {@code /sbin/docker-init}; an image
   * need not have anything there.
   *
   * @throws IllegalArgumentException when there is no program
   */
  public PreparedContainer prepareWithInit(Spec spec, RootFileSystem root) {
    return prepare(ContainerInit.addTo(spec, instance.init()), root, true);
  }

  private PreparedContainer prepare(Spec spec, RootFileSystem root, boolean signalsBlocked) {
    SpecValidation.check(spec);
    Resources resources = spec.linuxOrEmpty().resources();
    List<Setting> limits = ResourceSettings.of(resources);
    tree.check(limits);
    LaunchOptions options =
        new LaunchOptions(
            housekeeping.poolsNetworks(),
            config.dieWithStarter(),
            signalsBlocked,
            instance.emptyFolder());
    LaunchPlan plan;
    try (Fd top = root.look(linux)) {
      PathKinds image = new ContainerPaths(linux, top);
      plan =
          new LaunchPlanner(
                  spec,
                  options,
                  image,
                  new HostPaths(),
                  new LaunchPlanner.Grantable(facts.lastCapability(), facts.capabilities()),
                  filter(spec.linuxOrEmpty().seccomp()))
              .plan();
    }
    DeviceFilter devices = deviceFilter(resources);
    try {
      return new PreparedContainer(linux, housekeeping, spec, plan, root, limits, devices);
    } catch (RuntimeException e) {
      if (devices != null) {
        devices.close();
      }
      throw e;
    }
  }

  /** Null when there are no rules: then nothing is filtered, as with crun. */
  private @Nullable DeviceFilter deviceFilter(@Nullable Resources resources) {
    if (resources == null || resources.devices().isEmpty()) {
      return null;
    }
    return deviceFilters.open(resources.devices());
  }

  /**
   * Returns why specifications with rules of device access cannot be prepared on this host, or null
   * when they can.
   */
  public @Nullable String deviceFilterObstacle() {
    return deviceFilters.obstacle();
  }

  private LaunchPlanner.@Nullable Filter filter(@Nullable Seccomp profile) {
    if (profile == null) {
      return null;
    }
    SeccompProgram compiled = filters.get(profile, Architecture.current());
    return new LaunchPlanner.Filter(compiled.program(), compiled.flags());
  }

  /** Ends what runs, and removes everything that this runtime made. */
  @Override
  public void close() {
    try {
      housekeeping.close();
    } finally {
      instance.close();
    }
  }
}
