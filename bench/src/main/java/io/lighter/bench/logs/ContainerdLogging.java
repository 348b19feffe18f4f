package io.lighter.bench.logs;

import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A containerd of this run alone, whose shim copies the container's pipe to a file. */
final class ContainerdLogging implements Logging {
  private static final int ATTEMPTS = 150;
  private static final long BETWEEN_MILLIS = 200;
  private static final String ID = "writer";
  private static final Path CONTROL = Path.of("/control");

  private final LoggerGroup group;
  private final Path folder;
  private final String version;

  /**
   * Starts it; the container's root file system is a folder, so no image is needed.
   *
   * @param folder has everything but the logs; short, as for {@link Dockerd}
   */
  ContainerdLogging(LogGroups groups, Path folder) throws IOException, InterruptedException {
    this.group = groups.logger(name());
    this.folder = Files.createDirectory(folder);
    this.version = Command.lines(List.of("containerd", "--version")).getFirst();
    Path configuration =
        Files.writeString(
            folder.resolve("config.toml"),
            """
            version = 2
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            """);
    new ProcessBuilder(
            group.entered(
                List.of(
                    "containerd",
                    "--config=" + configuration,
                    "--root=" + folder.resolve("data"),
                    "--state=" + folder.resolve("state"),
                    "--address=" + folder.resolve("socket"))))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
    for (int i = 0; !Files.exists(folder.resolve("socket")) && i < ATTEMPTS; i++) {
      Thread.sleep(BETWEEN_MILLIS);
    }
    Path bin = Files.createDirectories(folder.resolve("root/bin"));
    Files.copy(groups.program(), bin.resolve("logwriter"));
  }

  private void ctr(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ctr", "--address=" + folder.resolve("socket")));
    command.addAll(List.of(args));
    Command.silently(command);
  }

  @Override
  public String name() {
    return "containerd";
  }

  @Override
  public String description() {
    return version
        + ": `ctr run --log-uri file://…`, whose shim copies the pipe to the file as it is: no"
        + " time, no stream, no line is looked at. Its CRI plugin, which does, needs a client that"
        + " this machine has not";
  }

  @Override
  public LoggerGroup group() {
    return group;
  }

  @Override
  public Turn start(LogWriter writer, Path folderOfTurn) throws IOException, InterruptedException {
    Path log = folderOfTurn.resolve("log");
    List<String> run =
        new ArrayList<>(
            List.of(
                "run",
                "--detach",
                "--cpu-shares=0",
                "--log-uri=file://" + log,
                "--mount=type=bind,src="
                    + writer.control()
                    + ",dst="
                    + CONTROL
                    + ",options=bind:rw",
                "--rootfs",
                folder.resolve("root").toString(),
                ID));
    run.addAll(writer.command("/bin/logwriter", CONTROL));
    ctr(run.toArray(String[]::new));
    return new Turn() {
      @Override
      public List<Path> logs() {
        return List.of(log);
      }

      @Override
      public void finish() throws IOException, InterruptedException {
        awaitStopped();
        ctr("task", "delete", ID);
        ctr("container", "delete", ID);
      }
    };
  }

  private void awaitStopped() throws IOException, InterruptedException {
    for (int i = 0; i < ATTEMPTS; i++) {
      List<String> tasks =
          Command.lines(List.of("ctr", "--address=" + folder.resolve("socket"), "task", "list"));
      if (tasks.stream().anyMatch(line -> line.startsWith(ID) && line.contains("STOPPED"))) {
        return;
      }
      Thread.sleep(BETWEEN_MILLIS / 4);
    }
    throw new IOException("the container of containerd does not end");
  }

  @Override
  public void close() throws IOException {
    group.kill();
    Command.remove(List.of("sh", "-c", "rmdir /sys/fs/cgroup/default 2>/dev/null; :"));
  }
}
