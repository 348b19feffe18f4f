package io.lighter.bench.density;

import io.lighter.bench.machine.Spawned;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.start.Peer;
import io.lighter.runtime.spec.SpecWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Idle containers of a command-line runtime. */
public final class PeerFleet implements AutoCloseable {
  private final Workspace workspace;
  private final Peer peer;
  private final ContainerUnderTest container;
  private final Path state;
  private int running;

  /** Prepares; there is no container yet. */
  public PeerFleet(Workspace workspace, Peer peer, ContainerUnderTest container)
      throws IOException {
    this.workspace = workspace;
    this.peer = peer;
    this.container = peer.given(container);
    this.state = workspace.folder(peer.title() + "-state");
  }

  /** The runtime's command line. */
  public List<String> command(String... words) throws IOException {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(peer.program().toString(), "--root", state.toString()));
    line.addAll(List.of(words));
    return line;
  }

  /**
   * Creates and starts one more.
   *
   * @return its id
   */
  public String add() throws IOException {
    String id = Fleet.id(running);
    String name = peer.title() + "-" + id;
    String cgroup = "/" + workspace.cgroup().getFileName() + "/" + name;
    Path bundle = workspace.folder(peer.title() + "-bundle");
    SpecWriter.write(
        container.spec(Fleet.IDLE, workspace.lower(), cgroup), bundle.resolve("config.json"));
    try (Spawned run = new Spawned(command("run", "--detach", "--bundle", bundle.toString(), id))) {
      run.run();
    }
    running++;
    return id;
  }

  /** Ends and deletes the one that was added last. */
  void remove() throws IOException {
    running--;
    try (Spawned delete = new Spawned(command("delete", "--force", Fleet.id(running)))) {
      delete.run();
    }
  }

  @Override
  public void close() throws IOException {
    while (running > 0) {
      remove();
    }
  }
}
