package io.lighter.bench.logs;

import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A dockerd of this run alone, with a containerd of its own: another root, another socket, no
 * network, in this run's mount namespace and in a network namespace of its own.
 */
final class Dockerd implements AutoCloseable {
  /** The image that has nothing but the writer. */
  static final String IMAGE = "logwriter";

  private static final int ATTEMPTS = 150;
  private static final long BETWEEN_MILLIS = 200;

  private final LoggerGroup group;
  private final Path folder;
  private final Path state;

  /**
   * Starts it and imports the image.
   *
   * @param folder has the logs
   * @param state has the sockets: their paths, up to 46 bytes longer, have to fit into the 107
   *     bytes of unix(7)
   */
  Dockerd(LogGroups groups, Path folder, Path state) throws IOException, InterruptedException {
    this.group = groups.logger("dockerd");
    this.folder = Files.createDirectory(folder);
    this.state = Files.createDirectory(state);
    new ProcessBuilder(
            group.entered(
                List.of(
                    "unshare",
                    "--net",
                    "dockerd",
                    "--data-root=" + folder.resolve("data"),
                    "--exec-root=" + state.resolve("exec"),
                    "--pidfile=" + state.resolve("pid"),
                    "--host=unix://" + state.resolve("socket"),
                    "--iptables=false",
                    "--ip-forward=false",
                    "--ip-masq=false",
                    "--bridge=none",
                    "--storage-driver=vfs")))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
    awaitReady();
    Path root = folder.resolve("root");
    Files.copy(groups.program(), Files.createDirectories(root.resolve("bin")).resolve(IMAGE));
    Path tar = folder.resolve("root.tar");
    Command.silently(List.of("tar", "-C", root.toString(), "-cf", tar.toString(), "."));
    docker("import", tar.toString(), IMAGE);
  }

  private void awaitReady() throws IOException, InterruptedException {
    for (int attempt = 0; !Files.exists(state.resolve("socket")) && attempt < ATTEMPTS; ) {
      attempt++;
      Thread.sleep(BETWEEN_MILLIS);
    }
    docker("info");
  }

  LoggerGroup group() {
    return group;
  }

  Path folder() {
    return folder;
  }

  /** Runs the client; its last line. */
  String docker(String... args) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("docker", "--host=unix://" + state.resolve("socket")));
    command.addAll(List.of(args));
    List<String> lines = Command.lines(command);
    return lines.isEmpty() ? "" : lines.getLast();
  }

  @Override
  public void close() throws IOException {
    group.kill();
    // dockerd mounts its root on itself, and a killed one leaves that to others.
    Command.remove(
        List.of(
            "sh",
            "-c",
            "umount -R \"$1\" 2>/dev/null; rmdir /sys/fs/cgroup/docker 2>/dev/null; :",
            "sh",
            folder.resolve("data").toString()));
  }
}
