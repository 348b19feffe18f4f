package io.lighter.runtime;

import io.lighter.cgroups.CgroupTree;
import io.lighter.linux.Linux;
import io.lighter.overlay.WritableLayer;
import io.lighter.runtime.launch.LaunchOptions;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Starts containers. It owns what they share: the cgroup below which theirs lie, the folder of
 * their writable layers, the pools of what is made before it is needed, the compiled seccomp
 * filters.
 *
 * <p>Safe for use by many threads. Closing it while containers run ends them.
 */
public final class ContainerRuntime implements AutoCloseable {
  private final RuntimeConfig config;
  private final InstanceFolder instance;
  private final InstanceHousekeeping housekeeping;
  private final Preparation preparation;

  ContainerRuntime(Linux linux, RuntimeConfig config) {
    this.config = config;
    String cgroup = config.cgroup();
    CgroupTree tree = cgroup == null ? null : CgroupTree.locate(linux);
    this.preparation = new Preparation(linux, tree);
    this.instance = InstanceFolder.create(linux, config.stateFolder(), tree, cgroup);
    this.housekeeping = new InstanceHousekeeping(linux, instance, config.pool());
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
    refuseLifeCycle(spec);
    if (config.cgroup() == null) {
      refuseWithoutCgroup(spec);
    }
    LaunchOptions options =
        new LaunchOptions(
            housekeeping.poolsNetworks(),
            config.dieWithStarter(),
            instance.emptyFolder(),
            config.newKeyring());
    return preparation.prepare(
        spec, root, signalsBlocked ? options.withSignalsBlocked() : options, housekeeping);
  }

  /** What needs a name and a folder of its own is the business of the life cycle. */
  private static void refuseLifeCycle(Spec spec) {
    if (!spec.hooks().isEmpty()) {
      throw new UnsupportedSpecException("hooks", "running hooks outside of the OCI life cycle");
    }
    if (spec.linuxOrEmpty().intelRdt() != null) {
      throw new UnsupportedSpecException(
          "linux.intelRdt", "a part of the cache outside of the OCI life cycle");
    }
    String path = spec.linuxOrEmpty().cgroupsPath();
    if (path != null && !path.isEmpty()) {
      throw new UnsupportedSpecException(
          "linux.cgroupsPath", "choosing the cgroup's name (leave it out)");
    }
  }

  /** What a container leaves running is found by its cgroup, or ends with its PID namespace. */
  private static void refuseWithoutCgroup(Spec spec) {
    if (!spec.linuxOrEmpty().createsNamespace(NamespaceType.PID)) {
      throw new UnsupportedSpecException(
          "linux.namespaces",
          "a container without a cgroup and without a new PID namespace, whose processes could not"
              + " be ended");
    }
  }

  /**
   * Makes a folder for the caller's own use, which this runtime removes when it is closed.
   *
   * @param name unique within this runtime
   */
  public Path newFolder(String name) {
    return instance.newFolder(name);
  }

  /**
   * Returns the folder of a container's writable layer, for {@link WritableLayer#open}; it goes
   * when the container is closed.
   *
   * @return null when the container has no layer of this runtime's: its root is a folder, or the
   *     layer is the caller's
   */
  public @Nullable Path layerOf(Container container) {
    WritableLayer layer = container.layer();
    return layer == null ? null : instance.layersFolder().resolve(layer.name());
  }

  /** Returns whether containers get cgroups, and so can have limits. */
  public boolean hasCgroup() {
    return config.cgroup() != null;
  }

  /**
   * Returns why specifications with rules of device access cannot be prepared on this host, or null
   * when they can.
   */
  public @Nullable String deviceFilterObstacle() {
    return preparation.deviceFilterObstacle();
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
