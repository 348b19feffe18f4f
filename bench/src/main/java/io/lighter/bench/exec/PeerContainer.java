package io.lighter.bench.exec;

import io.lighter.bench.machine.Command;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.start.Peer;
import io.lighter.runtime.spec.SpecWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A container of a command-line runtime that idles.
 *
 * @param program the runtime
 * @param state where it keeps its state
 */
record PeerContainer(Path program, Path state) implements AutoCloseable {
  static final String ID = "idle";

  /** Has the runtime create and start it. */
  static PeerContainer run(Workspace workspace, Peer peer, ContainerUnderTest container)
      throws IOException, InterruptedException {
    String name = "exec-" + peer.title();
    String cgroup = "/" + workspace.cgroup().getFileName() + "/" + name;
    Path bundle = workspace.folder(name);
    SpecWriter.write(
        peer.given(container).spec(OwnContainer.IDLE, workspace.lower(), cgroup),
        bundle.resolve("config.json"));
    PeerContainer idle = new PeerContainer(peer.program(), workspace.folder(name + "-state"));
    Command.silently(idle.command("run", "--detach", "--bundle", bundle.toString(), ID));
    return idle;
  }

  /** The runtime's command line. */
  List<String> command(String... words) {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(program.toString(), "--root", state.toString()));
    line.addAll(List.of(words));
    return line;
  }

  @Override
  public void close() throws IOException {
    Command.remove(command("delete", "--force", ID));
  }
}
