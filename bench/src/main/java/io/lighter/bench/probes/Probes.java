package io.lighter.bench.probes;

import io.lighter.bench.density.Fleet;
import io.lighter.bench.density.PeerFleet;
import io.lighter.bench.machine.MachineCpu;
import io.lighter.bench.machine.ProcessCpu;
import io.lighter.bench.machine.Spawned;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.Percentiles;
import io.lighter.bench.report.ProbesData.Subject;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.start.Peer;
import io.lighter.linux.Linux;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.ExecOptions;
import io.lighter.runtime.lifecycle.ExecProcess;
import io.lighter.runtime.lifecycle.StoredContainer;
import io.lighter.runtime.spec.Process;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Probes the containers of one subject after the other. */
final class Probes {
  private static final String COMMAND = "/bin/true";
  private static final int WARM_UP_SECONDS = 5;

  private final Workspace workspace;
  private final FixedSchedule schedule;
  private final ContainerUnderTest container = ContainerUnderTest.ofThisHost();

  Probes(Workspace workspace, FixedSchedule schedule) {
    this.workspace = workspace;
    this.schedule = schedule;
  }

  /** By our runtime in this JVM. */
  Subject ours() throws IOException, InterruptedException {
    Linux linux = Linux.kernel();
    List<StoredContainer> containers = new ArrayList<>();
    try (Fleet fleet = new Fleet(workspace, container);
        Stdio nowhere = Stdio.discard()) {
      for (int i = 0; i < schedule.probes(); i++) {
        containers.add(fleet.add());
      }
      Process process =
          Objects.requireNonNull(fleet.spec().process()).with(p -> p.args = List.of(COMMAND));
      ExecOptions options = ExecOptions.of(process, nowhere);
      return timed(
          "lighter",
          "our runtime in this JVM: `StoredContainer.exec` of `" + COMMAND + "`",
          number -> {
            try (ExecProcess probe = containers.get(number).exec(options)) {
              check(linux.processes().waitFor(probe.process()).shellStatus());
            }
          });
    }
  }

  private static void check(int status) throws IOException {
    if (status != 0) {
      throw new IOException("the probe ended with " + status);
    }
  }

  /** By processes of a command-line runtime, which this JVM starts by vfork and exec. */
  Subject peer(Peer peer) throws IOException, InterruptedException {
    List<Spawned> probes = new ArrayList<>();
    try (PeerFleet fleet = new PeerFleet(workspace, peer, container)) {
      for (int i = 0; i < schedule.probes(); i++) {
        probes.add(new Spawned(fleet.command("exec", fleet.add(), COMMAND)));
      }
      return timed(
          peer.title(),
          peer.version() + ": its `exec` by vfork and exec, on the same schedule",
          number -> probes.get(number).run());
    } finally {
      probes.forEach(Spawned::close);
    }
  }

  private Subject timed(String name, String description, FixedSchedule.Probe probe)
      throws IOException, InterruptedException {
    new FixedSchedule(
            schedule.probes(), Math.min(WARM_UP_SECONDS, schedule.seconds()), schedule.threads())
        .run(probe);
    long cpu = ProcessCpu.micros();
    MachineCpu machine = MachineCpu.now();
    Percentiles times = schedule.run(probe);
    double span = schedule.seconds() * 1e6;
    return new Subject(
        name,
        description,
        times,
        (ProcessCpu.micros() - cpu) / span,
        (MachineCpu.now().busy() - machine.busy()) / span);
  }
}
