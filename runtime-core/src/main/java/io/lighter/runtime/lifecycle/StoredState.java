package io.lighter.runtime.lifecycle;

import io.lighter.cgroups.CgroupFolder;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a container from its folder and from procfs. No call of the kernel's own is
 * needed, so that a process that only asks is a short one.
 */
record StoredState(String id, Path folder) {
  private static final String PIPE = "from-init";

  /** What it is now, as others are told. */
  ContainerState describe() {
    StateFile file = read();
    if (file == null) {
      return new ContainerState(
          Spec.VERSION, id, Status.CREATING, 0, folder, folder, Map.of(), created(), owner(), null);
    }
    Status status = status(file);
    boolean lives = status != Status.STOPPED && status != Status.CREATING;
    return new ContainerState(
        file.ociVersion(),
        id,
        status,
        lives ? file.pid() : 0,
        file.bundle(),
        file.rootfs(),
        file.annotations(),
        file.created(),
        owner(),
        file.cgroup());
  }

  /** As this process sees it, which may be in another user namespace than its creator. */
  private long owner() {
    try {
      return (Integer) Files.getAttribute(folder, "unix:uid") & 0xFFFF_FFFFL;
    } catch (IOException e) {
      throw new LifecycleException("there is no container " + id, e);
    }
  }

  private Instant created() {
    try {
      return Files.getLastModifiedTime(folder).toInstant();
    } catch (IOException e) {
      throw new LifecycleException("there is no container " + id, e);
    }
  }

  /** Null while it is being made. */
  @Nullable StateFile read() {
    try {
      return StateFile.read(folder.resolve(StoredContainer.STATE));
    } catch (NoSuchFileException e) {
      if (Files.isDirectory(folder)) {
        return null;
      }
      throw new LifecycleException("there is no container " + id, e);
    } catch (IOException e) {
      throw new UncheckedIOException("the state of " + id + " cannot be read", e);
    }
  }

  /** What is written down, of one that has been made. */
  StateFile made() {
    StateFile state = read();
    if (state == null) {
      throw new LifecycleException("the container " + id + " is still being made");
    }
    return state;
  }

  /** The status of the container with this state. */
  Status status(StateFile state) {
    if (state.pid() == 0) {
      return Status.CREATING;
    }
    if (ProcessTime.of(state.pid()) != state.startTime()) {
      return Status.STOPPED;
    }
    if (Files.exists(folder.resolve(PIPE))) {
      return Status.CREATED;
    }
    String path = state.cgroup();
    CgroupFolder cgroup = path == null ? null : CgroupFolder.locate(path);
    return cgroup != null && cgroup.isFrozen() ? Status.PAUSED : Status.RUNNING;
  }

  /** Refuses what goes with other statuses only. */
  void require(StateFile state, String what, Status... allowed) {
    Status status = status(state);
    if (!List.of(allowed).contains(status)) {
      throw new LifecycleException(
          "the container " + id + " is " + status.term() + " and cannot be " + what);
    }
  }
}
