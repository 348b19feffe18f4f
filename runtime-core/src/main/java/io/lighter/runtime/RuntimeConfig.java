package io.lighter.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link ContainerRuntime} is set up.
 *
 * @param stateFolder where writable layers lie while their containers run; made with mode 0700. It
 *     must be on a file system that can be the upper of an overlay: ext4, xfs, btrfs, tmpfs, not
 *     another overlay
 * @param cgroup the cgroup, relative to the root of the v2 tree, below which those of the
 *     containers are made; null where the user may make none: containers are then in the starter's,
 *     without limits, and need a PID namespace of their own to be ended by
 * @param pool how many network namespaces, cgroups and writable layers are kept ready; 0 makes each
 *     when it is needed, which suits a program that starts one container
 * @param dieWithStarter whether the kernel kills a container when the thread that started it ends:
 *     right for a foreground command, wrong for a daemon
 * @param newKeyring whether a container gets a session keyring of its own; otherwise it has the
 *     starter's, with whatever keys are in it
 */
public record RuntimeConfig(
    Path stateFolder,
    @Nullable String cgroup,
    int pool,
    boolean dieWithStarter,
    boolean newKeyring) {

  /** The cgroup of the containers when nothing else is said. */
  public static final String DEFAULT_CGROUP = "/lighter";

  public RuntimeConfig {
    if (!stateFolder.isAbsolute()) {
      throw new IllegalArgumentException("the state folder must be absolute: " + stateFolder);
    }
    if (pool < 0) {
      throw new IllegalArgumentException("a pool of " + pool);
    }
    if (cgroup == null && pool > 0) {
      throw new IllegalArgumentException("a pool needs a cgroup in which to make those of it");
    }
  }

  /** A runtime without pools, whose containers outlive the thread that started them. */
  public static RuntimeConfig of(Path stateFolder) {
    return new RuntimeConfig(stateFolder, DEFAULT_CGROUP, 0, false, true);
  }

  /** Returns this configuration with pools. */
  public RuntimeConfig withPool(int size) {
    return new RuntimeConfig(stateFolder, cgroup, size, dieWithStarter, newKeyring);
  }

  /** Returns this configuration with another cgroup, an absolute path in the v2 tree. */
  public RuntimeConfig withCgroup(String path) {
    return new RuntimeConfig(stateFolder, path, pool, dieWithStarter, newKeyring);
  }

  /** Returns this configuration with containers that stay in the cgroup of their starter. */
  public RuntimeConfig withoutCgroup() {
    return new RuntimeConfig(stateFolder, null, pool, dieWithStarter, newKeyring);
  }

  /** Returns this configuration with containers that end with the thread that started them. */
  public RuntimeConfig withDieWithStarter() {
    return new RuntimeConfig(stateFolder, cgroup, pool, true, newKeyring);
  }

  /** Returns this configuration with containers that keep the starter's session keyring. */
  public RuntimeConfig withoutNewKeyring() {
    return new RuntimeConfig(stateFolder, cgroup, pool, dieWithStarter, false);
  }
}
