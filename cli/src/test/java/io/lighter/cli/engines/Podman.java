package io.lighter.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.engines.EngineHost.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's podman in a host, with a runtime of the test's. */
final class Podman {
  /** A program that ends by SIGTERM with status 3. */
  static final String LOOP = "trap 'echo bye; exit 3' TERM; echo hi; while :; do sleep 1; done";

  /** Without limits that need a privilege or a controller, which not every host gives. */
  private static final String CONFIGURATION =
      """
      [containers]
      default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
      pids_limit = 0
      log_driver = "k8s-file"
      [engine]
      events_logger = "file"
      lock_type = "file"
      runtime_supports_json = ["lighter-runtime"]
      [network]
      network_config_dir = "NETWORKS"
      """;

  private final EngineHost host;
  private final List<String> command;

  private Podman(EngineHost host, List<String> command) {
    this.host = host;
    this.command = command;
  }

  /**
   * Writes the configuration that all have, and returns its file: CONTAINERS_CONF.
   *
   * @param own a folder of who calls podman
   */
  static Path configuration(Path folder, Path own) throws IOException {
    return Files.writeString(
        folder.resolve("containers.conf"),
        CONFIGURATION.replace("NETWORKS", own.resolve("networks").toString()));
  }

  /** That of root, whose storage is in the folder, with the image {@code box}. */
  static Podman ofRoot(EngineHost host, Path folder, String cgroupManager)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            "podman",
            // It warns of every controller that the host lacks.
            "--log-level=error",
            "--root=" + folder.resolve("storage"),
            "--runroot=/run/podman",
            "--tmpdir=/run/podman-tmp",
            "--storage-driver=vfs",
            "--cgroup-manager=" + cgroupManager,
            "--runtime=" + host.runtime());
    Podman podman = new Podman(host, command);
    podman.succeed("import", TestImage.in(folder).layer().toString(), "box");
    return podman;
  }

  /** That of somebody else; the command is what stands before podman's own. */
  static Podman by(EngineHost host, List<String> command) {
    return new Podman(host, List.copyOf(command));
  }

  String[] command(String... arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  Outcome call(String... arguments) throws IOException, InterruptedException {
    return host.run(command(arguments));
  }

  String succeed(String... arguments) throws IOException, InterruptedException {
    Outcome outcome = call(arguments);
    assertThat(outcome.status()).as(outcome.toString()).isZero();
    return outcome.output();
  }

  String inspect(String name, String field) throws IOException, InterruptedException {
    return succeed("inspect", "--format", "{{." + field + "}}", name).strip();
  }

  /** Runs a container in the background, without a network. */
  void run(String name, String... program) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("run", "-d", "--name", name, "--network=none"));
    line.add("box");
    line.addAll(List.of(program));
    succeed(line.toArray(String[]::new));
  }
}
