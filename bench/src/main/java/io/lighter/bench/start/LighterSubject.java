package io.lighter.bench.start;

import com.sun.management.ThreadMXBean;
import io.lighter.bench.machine.ProcessCpu;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.turns.Bursts;
import io.lighter.bench.turns.Load;
import io.lighter.bench.turns.Recording;
import io.lighter.bench.turns.Round;
import io.lighter.bench.turns.StartFailedException;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.Container;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Our runtime in this JVM, through the interface that an embedding program uses: prepared once, as
 * the bundles of the peers are written once, and started again and again.
 */
final class LighterSubject implements ContainerSubject {

  private final String name;
  private final String description;
  private final ContainerRuntime runtime;
  private final RootFileSystem root;
  private final Map<Payload, PreparedContainer> prepared = new EnumMap<>(Payload.class);
  private final Bursts bursts;
  private final Linux linux = Linux.kernel();
  private final Stdio nowhere = Stdio.discard();
  private final Path output;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What stands behind {@code lighter} in the page. */
  static final String PLAIN =
      "our runtime in one JVM, through its embedding interface; everything is made for each start";

  /** What stands behind {@code lighter-pooled} in the page. */
  static final String POOLED =
      "the same with a pool of network namespaces that are made before they are asked for: what"
          + " making them costs is in the machine's time and in starts/s, not in the latency";

  /**
   * Opens a runtime of its own below the workspace's cgroup.
   *
   * @param pool how many network namespaces are kept ready; 0 for none
   * @param workers how many starts at once there can be
   */
  LighterSubject(
      String name,
      String description,
      Workspace workspace,
      ContainerUnderTest container,
      int pool,
      int workers)
      throws IOException {
    this.name = name;
    this.description = description;
    this.output = workspace.folder(name).resolve("view");
    String cgroup = "/" + workspace.cgroup().getFileName() + "/" + name;
    this.runtime =
        ContainerRuntime.open(
            new RuntimeConfig(workspace.folder(name + "-state"), cgroup, pool, false, true));
    this.root = RootFileSystem.overlay(List.of(workspace.lower()));
    for (Payload payload : Payload.values()) {
      Spec spec = container.spec(payload, workspace.lower(), cgroup);
      // The runtime names the cgroups of its containers itself, below the one it is given.
      Spec ours = spec.with(s -> s.linux = spec.linuxOrEmpty().with(l -> l.cgroupsPath = null));
      prepared.put(payload, runtime.prepare(ours, root));
    }
    this.bursts = new Bursts(workers);
  }

  /** Lets the JVM compile what a start runs, as in a daemon that has been up for a while. */
  void warmUp(int starts) throws IOException, InterruptedException {
    run(new Load("warm-up", 1, starts, 0, false));
    run(new Load("warm-up", 1, starts / 10, 0, true));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Round run(Load load) throws IOException, InterruptedException {
    PreparedContainer container = of(load.stamped() ? Payload.STAMP : Payload.PLAIN);
    Recording recording = new Recording(load.total());
    long cpu = ProcessCpu.micros();
    long heap = threads.getTotalThreadAllocatedBytes();
    bursts.run(
        name,
        load,
        (index, due) -> {
          recording.begin(index, due, System.nanoTime());
          if (load.stamped()) {
            stamped(container, recording, index);
          } else {
            once(container, nowhere, recording, index);
          }
        });
    heap = threads.getTotalThreadAllocatedBytes() - heap;
    return new Round(recording.from(name, load.warmUp()), ProcessCpu.micros() - cpu, heap);
  }

  private static void once(
      PreparedContainer prepared, Stdio stdio, Recording recording, int index) {
    try (Container container = prepared.start(stdio)) {
      recording.exec(index, System.nanoTime());
      int status = container.waitFor().shellStatus();
      recording.exit(index, System.nanoTime(), status);
    }
    recording.end(index, System.nanoTime());
  }

  private void stamped(PreparedContainer prepared, Recording recording, int index) {
    try (Pipe pipe = linux.pipes().create(Fcntl.O_CLOEXEC);
        Arena arena = Arena.ofConfined()) {
      once(prepared, new Stdio(nowhere.stdin(), pipe.write(), nowhere.stderr()), recording, index);
      MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG);
      linux.files().read(pipe.read(), time);
      recording.stamp(index, time.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  @Override
  public String view() throws IOException {
    int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC | Fcntl.O_APPEND;
    try (Fd file = linux.files().openat(Fd.WORKING_FOLDER, output.toString(), flags, 0600);
        Container container =
            of(Payload.VIEW).start(new Stdio(nowhere.stdin(), file, nowhere.stderr()))) {
      int status = container.waitFor().shellStatus();
      if (status != 0) {
        throw new StartFailedException(name, "the container ended with " + status);
      }
      return Files.readString(output);
    }
  }

  private PreparedContainer of(Payload payload) {
    return Objects.requireNonNull(prepared.get(payload));
  }

  @Override
  public void close() throws IOException {
    bursts.close();
    prepared.values().forEach(PreparedContainer::close);
    root.close();
    runtime.close();
    nowhere.close();
  }
}
