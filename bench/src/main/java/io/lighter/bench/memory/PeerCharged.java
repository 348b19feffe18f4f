package io.lighter.bench.memory;

import io.lighter.bench.machine.Command;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.start.Peer;
import io.lighter.runtime.spec.SpecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A command-line runtime. */
final class PeerCharged implements Charged {
  private static final String ID = "c";

  private final Peer peer;
  private final ContainerUnderTest container;
  private final Path root;
  private final Path folder;
  private final Path parent;

  /**
   * Prepares.
   *
   * @param folder for its state and its bundle
   * @param parent the folder of the cgroup below which the containers have theirs
   */
  PeerCharged(Peer peer, ContainerUnderTest container, Path root, Path folder, Path parent) {
    this.peer = peer;
    this.container = peer.given(container);
    this.root = root;
    this.folder = folder;
    this.parent = parent;
  }

  @Override
  public String description() throws IOException, InterruptedException {
    return peer.version() + ": its `create` and `start`; the limit is tried by `run`";
  }

  private List<String> command(String... words) throws IOException {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(peer.program().toString(), "--root", folder.resolve("state").toString()));
    line.addAll(List.of(words));
    return line;
  }

  private void bundle(List<String> command, long limit) throws IOException {
    String cgroup = "/" + parent.getFileName() + "/" + peer.title();
    SpecWriter.write(
        Limits.apply(container.spec(command, root, cgroup), limit), folder.resolve("config.json"));
  }

  @Override
  public Running start(List<String> command) throws IOException, InterruptedException {
    bundle(command, Limits.NONE);
    Command.silently(command("create", "--bundle", folder.toString(), ID));
    Command.silently(command("start", ID));
    return new Running() {
      @Override
      public Path cgroup() {
        return parent.resolve(peer.title());
      }

      @Override
      public void close() throws IOException {
        Command.remove(command("delete", "--force", ID));
      }
    };
  }

  @Override
  public boolean runs(List<String> command, long limit) throws IOException, InterruptedException {
    bundle(command, limit);
    try {
      Command.silently(command("run", "--bundle", folder.toString(), ID));
      return true;
    } catch (IOException e) {
      if (Files.exists(folder.resolve("state").resolve(ID))) {
        forget();
      }
      return false;
    }
  }

  /** What is left of a start that failed. */
  private void forget() throws IOException {
    try {
      Command.remove(command("delete", "--force", ID));
    } catch (IOException e) {
      System.err.println(e.getMessage());
    }
  }
}
