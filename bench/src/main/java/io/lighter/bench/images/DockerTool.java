package io.lighter.bench.images;

import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A dockerd of this run alone, in this run's mount namespace, that reaches loopback. */
final class DockerTool implements ImageTool, AutoCloseable {
  private static final int ATTEMPTS = 150;
  private static final long BETWEEN_MILLIS = 200;

  private final Path folder;
  private final String version;
  private final Process daemon;

  DockerTool(Path folder, String version) throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    this.version = version;
    this.daemon =
        new ProcessBuilder(
                "dockerd",
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--host=unix://" + folder.resolve("socket"),
                "--iptables=false",
                "--ip6tables=false",
                "--ip-forward=false",
                "--ip-masq=false",
                "--bridge=none",
                "--storage-driver=overlay2")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    for (int i = 0; !Files.exists(folder.resolve("socket")) && i < ATTEMPTS; i++) {
      Thread.sleep(BETWEEN_MILLIS);
    }
    Command.silently(docker("info"));
  }

  @Override
  public String name() {
    return "dockerd";
  }

  @Override
  public String description() {
    return version + ", overlay2, the classic builder, by Docker's client";
  }

  private List<String> docker(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env", "DOCKER_BUILDKIT=0", "docker", "--host=unix://" + folder.resolve("socket")));
    command.addAll(List.of(arguments));
    return command;
  }

  @Override
  public List<String> pull(String image) {
    return docker("pull", "-q", image);
  }

  @Override
  public List<String> tag(String image, String name) {
    return docker("tag", image, name);
  }

  @Override
  public List<String> push(String image) {
    return docker("push", "-q", image);
  }

  @Override
  public List<String> save(String image, Path archive) {
    return docker("save", "-o", archive.toString(), image);
  }

  @Override
  public List<String> load(Path archive) {
    return docker("load", "-q", "-i", archive.toString());
  }

  @Override
  public List<String> build(Path context, String image) {
    return docker("build", "-q", "--network=none", "-t", image, context.toString());
  }

  @Override
  public RunningEngine engine() {
    return new DockerApi(folder.resolve("socket"));
  }

  @Override
  public ChangedContainer change(String image, Path files)
      throws IOException, InterruptedException {
    return CopiedInto.make(docker(), image, files);
  }

  @Override
  public List<String> clear() {
    return docker("system", "prune", "-af");
  }

  @Override
  public void close() throws IOException {
    daemon.descendants().forEach(ProcessHandle::destroyForcibly);
    daemon.destroyForcibly();
    try {
      daemon.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Command.remove(
        List.of(
            "sh",
            "-c",
            "umount -R \"$1\" 2>/dev/null; rmdir /sys/fs/cgroup/docker 2>/dev/null; :",
            "sh",
            folder.resolve("data").toString()));
  }
}
