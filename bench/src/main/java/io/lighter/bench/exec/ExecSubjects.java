package io.lighter.bench.exec;

import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.StartData;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.start.DriverSubject;
import io.lighter.bench.start.FilterFile;
import io.lighter.bench.start.FloorPlan;
import io.lighter.bench.start.FloorPlan.Part;
import io.lighter.bench.start.Peer;
import io.lighter.bench.turns.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Makes the subjects, each with a container of its own that idles. */
final class ExecSubjects implements AutoCloseable {
  static final List<String> COMMAND = List.of("/bin/true");

  private final Workspace workspace;
  private final ContainerUnderTest container;
  private final OwnContainer own;
  private final Path plan;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  ExecSubjects(Workspace workspace, ContainerUnderTest container) throws IOException {
    this.workspace = workspace;
    this.container = container;
    this.own = new OwnContainer(workspace, container);
    open.push(own);
    this.plan = Files.writeString(workspace.folder("plans").resolve("exec"), planText());
  }

  /** Everything of a start that an exec has too: no mounts are made, no cgroup. */
  private String planText() throws IOException {
    Set<Part> parts = EnumSet.of(Part.NAMESPACES, Part.NETWORK, Part.CAPABILITIES, Part.FILTER);
    Path filter =
        FilterFile.write(container.seccomp(), workspace.folder("plans").resolve("filter.bpf"));
    String text =
        new FloorPlan(
                container.spec(COMMAND, Path.of("/"), ""),
                Path.of(""),
                workspace.cgroup(),
                filter,
                parts)
            .text();
    return text.replaceFirst("lower .*\n", "lower /\nnamespace mount\n");
  }

  Subject named(String name, int workers, int warmUp) throws IOException, InterruptedException {
    Peer peer = Peer.named(name);
    if (peer != null) {
      return peer(peer);
    }
    if (name.equals(StartData.FLOOR)) {
      return floor();
    }
    LighterExec ours = new LighterExec(own, workers);
    open.push(ours);
    ours.warmUp(warmUp);
    return ours;
  }

  /** In our container: it is the kernel's work alone, whoever made the container. */
  private Subject floor() throws IOException {
    return driver(
        StartData.FLOOR,
        "a C program that makes the same kernel calls and nothing else, with the container's"
            + " process and cgroup open and its thread in the pid namespace before the clock runs",
        List.of("-e", String.valueOf(own.pid()), "-c", own.cgroup().toString()),
        List.of());
  }

  private Subject peer(Peer peer) throws IOException, InterruptedException {
    PeerContainer idle = PeerContainer.run(workspace, peer, container);
    open.push(idle);
    return driver(
        peer.title(),
        peer.version() + ": its `exec` by vfork and exec",
        List.of(),
        idle.command("exec", PeerContainer.ID, COMMAND.getFirst()));
  }

  private DriverSubject driver(
      String name, String description, List<String> flags, List<String> command)
      throws IOException {
    return new DriverSubject(
        name,
        description,
        workspace.programs().floor(),
        workspace.folder("exec-slots-" + name),
        new DriverSubject.Plans(plan, plan, plan),
        flags,
        command);
  }

  /** Ends the containers. */
  @Override
  public void close() throws IOException {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("a container could not be ended: " + e, e);
      }
    }
  }
}
