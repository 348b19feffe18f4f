package io.lighter.runtime;

import io.lighter.linux.Fd;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.linux.Step;
import io.lighter.runtime.seccomp.ContainerProcessState;
import io.lighter.runtime.seccomp.SeccompAgent;
import io.lighter.runtime.seccomp.SeccompAgentException;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.Spec;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the agent of a specification the listeners of the filters that its processes have loaded.
 *
 * @param status the container's, as the agent is told it
 */
record ListenerHandOver(Linux linux, Spec spec, HookIdentity identity, Supplier<String> status) {
  /**
   * Hands one over, while the process waits at its gate.
   *
   * @param image as the process walks it
   * @param load the step by which it loaded its filter
   * @param init the process id of the container's first process
   * @throws StartException when the agent does not take it
   */
  void of(PidFd process, LaunchImage image, @Nullable Step load, int init) {
    Seccomp seccomp = Objects.requireNonNull(spec.linuxOrEmpty().seccomp());
    ContainerProcessState told =
        new ContainerProcessState(
            spec.ociVersion(),
            process.pid(),
            seccomp.listenerMetadata(),
            HookState.json(spec, identity, status.get(), init));
    long number = image.result(Objects.requireNonNull(load));
    // Ours is closed again: when the agent ends, the calls shall fail and not wait for ever.
    try (Fd listener = linux.processes().pidfdGetfd(process, number)) {
      if (listener == null) {
        throw new StartException(
            StartException.Kind.RUNTIME, "the process ended before its filter had its listener");
      }
      new SeccompAgent(linux, Objects.requireNonNull(seccomp.listenerPath()))
          .handOver(listener, told);
    } catch (LinuxException | SeccompAgentException e) {
      throw new StartException("the container could not be set up: " + e.getMessage(), e);
    }
  }
}
