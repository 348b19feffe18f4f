package io.lighter.bench.exec;

import com.sun.management.ThreadMXBean;
import io.lighter.bench.machine.ProcessCpu;
import io.lighter.bench.report.StartData;
import io.lighter.bench.turns.Bursts;
import io.lighter.bench.turns.Load;
import io.lighter.bench.turns.Recording;
import io.lighter.bench.turns.Round;
import io.lighter.bench.turns.Subject;
import io.lighter.linux.Linux;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.ExecOptions;
import io.lighter.runtime.lifecycle.ExecProcess;
import io.lighter.runtime.lifecycle.StoredContainer;
import io.lighter.runtime.spec.Process;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Objects;

/** Our runtime in this JVM, through the life cycle's own interface. */
final class LighterExec implements Subject {
  private final Linux linux = Linux.kernel();
  private final StoredContainer container;
  private final Bursts bursts;
  private final Stdio nowhere = Stdio.discard();
  private final ExecOptions options;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * Executes in a container that runs.
   *
   * @param workers how many at once there can be
   */
  LighterExec(OwnContainer idle, int workers) {
    this.container = idle.stored();
    this.bursts = new Bursts(workers);
    Process process = Objects.requireNonNull(idle.spec().process());
    this.options = ExecOptions.of(process.with(p -> p.args = ExecSubjects.COMMAND), nowhere);
  }

  /** Lets the JVM compile what an exec runs, as in a daemon that has been up for a while. */
  void warmUp(int times) throws IOException, InterruptedException {
    run(new Load("warm-up", 1, times, 0, false));
  }

  @Override
  public String name() {
    return StartData.OURS;
  }

  @Override
  public String description() {
    return "our runtime in one JVM: `StoredContainer.exec`, which reads the container's state and"
        + " configuration as every call does";
  }

  @Override
  public Round run(Load load) throws IOException, InterruptedException {
    Recording recording = new Recording(load.total());
    long cpu = ProcessCpu.micros();
    long heap = threads.getTotalThreadAllocatedBytes();
    bursts.run(
        name(),
        load,
        (index, due) -> {
          recording.begin(index, due, System.nanoTime());
          once(recording, index);
        });
    heap = threads.getTotalThreadAllocatedBytes() - heap;
    return new Round(recording.from(name(), load.warmUp()), ProcessCpu.micros() - cpu, heap);
  }

  private void once(Recording recording, int index) {
    try (ExecProcess process = container.exec(options)) {
      recording.exec(index, System.nanoTime());
      int status = linux.processes().waitFor(process.process()).shellStatus();
      recording.exit(index, System.nanoTime(), status);
    }
    recording.end(index, System.nanoTime());
  }

  @Override
  public void close() {
    bursts.close();
    nowhere.close();
  }
}
