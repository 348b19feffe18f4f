package io.lighter.runtime;

import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.runtime.launch.EnteredNamespaces;
import io.lighter.runtime.launch.ExecPlan;
import io.lighter.runtime.launch.Gate;
import io.lighter.runtime.launch.LaunchInputs.RendezvousInput;
import io.lighter.runtime.launch.Rendezvous;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The way of a further process through {@link Gate#LISTENER}.
 *
 * @param folder below which a meeting place is made for each process
 * @param handOver what is done at the gate
 */
record ExecGate(Linux linux, Path folder, ListenerHandOver handOver) {
  /**
   * Takes a process from its birth until its command runs or has failed to: {@link
   * LaunchImage#failure} tells.
   *
   * @param entries namespaces that the process is born in
   * @param init the process id of the container's first process
   * @throws StartException when the agent does not take the listener; the process is killed then
   */
  PidFd pass(ExecPlan plan, LaunchImage image, List<EnteredNamespaces.Entry> entries, int init) {
    RendezvousInput pipes = Objects.requireNonNull(plan.rendezvous());
    Path place = meetingPlace();
    try (Rendezvous rendezvous = Rendezvous.create(linux, place)) {
      image.set(pipes.fromInit(), rendezvous.fromInit());
      image.set(pipes.toInit(), rendezvous.toInit());
      GatedBirth birth = GatedBirth.begin(linux, image, entries, false);
      PidFd born = birth.child();
      try {
        if (rendezvous.await(born) instanceof Rendezvous.AtGate) {
          handOver.of(born, image, plan.listener(), init);
          rendezvous.release();
        }
        birth.awaitExec();
        return born;
      } catch (RuntimeException e) {
        StartFailures.end(linux, born, e);
        birth.awaitExec();
        throw e;
      }
    } finally {
      Rendezvous.remove(linux, place);
      remove(place);
    }
  }

  private Path meetingPlace() {
    try {
      return Files.createTempDirectory(folder, "exec-"); // with mode 0700
    } catch (IOException e) {
      throw new UncheckedIOException("a meeting place cannot be made in " + folder, e);
    }
  }

  private static void remove(Path place) {
    try {
      Files.delete(place);
    } catch (IOException e) {
      throw new UncheckedIOException("the meeting place " + place + " cannot be removed", e);
    }
  }
}
