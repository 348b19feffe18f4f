package io.lighter.bench.start;

import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.seccomp.DefaultProfile;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one container that all subjects start: what a Docker container has by default, without limits
 * and rules of device access.
 *
 * @param seccomp the system-call filter, or null for none
 */
public record ContainerUnderTest(@Nullable Seccomp seccomp) {

  /**
   * With Docker's default system-call filter, as it is on this kernel, but without flags: runc 1.1
   * refuses any.
   */
  public static ContainerUnderTest ofThisHost() {
    Seccomp profile =
        DefaultProfile.forContainer(
            DefaultContainer.CAPABILITIES, Architecture.current(), KernelVersion.current());
    return new ContainerUnderTest(
        new Seccomp(
            profile.defaultAction(),
            profile.defaultErrnoRet(),
            profile.architectures(),
            List.of(),
            profile.listenerPath(),
            profile.listenerMetadata(),
            profile.syscalls()));
  }

  /** The same without a system-call filter. */
  public ContainerUnderTest unfiltered() {
    return new ContainerUnderTest(null);
  }

  /**
   * For one worker of a subject.
   *
   * @param rootfs the root, ready or to be made
   * @param cgroupsPath from the cgroup mount
   */
  Spec spec(Payload payload, Path rootfs, String cgroupsPath) {
    return spec(payload.args(), rootfs, cgroupsPath);
  }

  /**
   * With any command.
   *
   * @param rootfs the root, ready or to be made
   * @param cgroupsPath from the cgroup mount
   */
  public Spec spec(List<String> command, Path rootfs, String cgroupsPath) {
    return DefaultContainer.of(new Root(rootfs.toString(), false), command, seccomp)
        .with(
            spec -> {
              spec.hostname = "bench";
              spec.linux =
                  Objects.requireNonNull(spec.linux).with(l -> l.cgroupsPath = cgroupsPath);
            });
  }

  /** The paths that are covered, each runtime by its own means. */
  Set<String> hidden() {
    return Set.copyOf(DefaultContainer.MASKED_PATHS);
  }
}
