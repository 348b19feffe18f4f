package io.lighter.bench.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A dockerd with one of its log drivers; its containerd and the container's shim count too. */
final class DockerLogging implements Logging {
  private static final Path CONTROL = Path.of("/control");

  private final Dockerd dockerd;
  private final String driver;
  private final String file;
  private final List<String> options;
  private final String description;

  private DockerLogging(
      Dockerd dockerd, String driver, String file, List<String> options, String onDisk)
      throws IOException, InterruptedException {
    this.dockerd = dockerd;
    this.driver = driver;
    this.file = file;
    this.options = options;
    this.description =
        "dockerd "
            + dockerd.docker("version", "--format", "{{.Server.Version}}")
            + " with its containerd and the container's shim, which copies from the container's"
            + " pipe into a FIFO of dockerd's; "
            + onDisk;
  }

  static DockerLogging jsonFile(Dockerd dockerd) throws IOException, InterruptedException {
    return new DockerLogging(
        dockerd, "json-file", "containers/%1$s/%1$s-json.log", List.of(), "one file, no rotation");
  }

  /** Without the rotation and the compression that are its default. */
  static DockerLogging local(Dockerd dockerd) throws IOException, InterruptedException {
    return new DockerLogging(
        dockerd,
        "local",
        "containers/%s/local-logs/container.log",
        List.of("--log-opt=max-size=100g", "--log-opt=max-file=1", "--log-opt=compress=false"),
        "protobuf entries in one file, neither rotated nor compressed");
  }

  @Override
  public String name() {
    return "dockerd " + driver;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public LoggerGroup group() {
    return dockerd.group();
  }

  @Override
  public Turn start(LogWriter writer, Path folder) throws IOException, InterruptedException {
    List<String> run =
        new ArrayList<>(List.of("run", "--detach", "--network=none", "--log-driver=" + driver));
    run.addAll(options);
    run.add("--volume=" + writer.control() + ":" + CONTROL);
    run.add(Dockerd.IMAGE);
    run.addAll(writer.command("/bin/" + Dockerd.IMAGE, CONTROL));
    String id = dockerd.docker(run.toArray(String[]::new));
    Path log = dockerd.folder().resolve("data").resolve(file.formatted(id));
    return new Turn() {
      @Override
      public List<Path> logs() {
        return List.of(log);
      }

      @Override
      public void finish() throws IOException, InterruptedException {
        dockerd.docker("wait", id);
        dockerd.docker("rm", id);
        Files.deleteIfExists(log);
      }
    };
  }

  /** Nothing: the daemon is another one's too. */
  @Override
  public void close() {}
}
