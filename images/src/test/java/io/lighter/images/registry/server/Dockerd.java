package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.testing.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A dockerd in a mount namespace of its own, and the command that speaks to it. */
final class Dockerd implements AutoCloseable {
  private final Path folder;
  private final Process daemon;

  Dockerd(Path folder, String... more) throws IOException {
    this.folder = Files.createDirectories(folder);
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "--propagation", "private"));
    command.add(Tools.find("dockerd").orElseThrow().toString());
    command.addAll(List.of("--data-root", folder.resolve("data").toString()));
    command.addAll(List.of("--exec-root", folder.resolve("exec").toString()));
    command.addAll(List.of("--pidfile", folder.resolve("pid").toString()));
    command.addAll(List.of("--host", "unix://" + folder.resolve("sock")));
    command.addAll(List.of("--iptables=false", "--bridge=none", "--storage-driver=vfs"));
    command.addAll(List.of(more));
    daemon =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    await().until(() -> Files.exists(folder.resolve("sock")));
  }

  String run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("docker", "--host", "unix://" + folder.resolve("sock")));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DOCKER_CONFIG", folder.resolve("config").toString());
    Process docker = builder.start();
    String said = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(docker.waitFor()).as(said).isZero();
    return said;
  }

  @Override
  public void close() {
    daemon.destroy();
    daemon.onExit().join();
  }
}
