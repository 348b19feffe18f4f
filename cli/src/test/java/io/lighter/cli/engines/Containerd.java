package io.lighter.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.engines.EngineHost.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's containerd in a host, and {@code ctr}, with a runtime of the test's. */
final class Containerd {
  private static final String IMAGE = "docker.io/lighter/box:latest";

  private static final String CONFIGURATION =
      """
      version = 2
      root = "FOLDER/containerd"
      state = "/run/containerd-state"
      disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
      [grpc]
      address = "/run/containerd.sock"
      """;

  private final EngineHost host;

  private Containerd(EngineHost host) {
    this.host = host;
  }

  /**
   * Starts the daemon, which ends with the host.
   *
   * @param folder the host's
   */
  static Containerd start(EngineHost host, Path folder, TestImage image)
      throws IOException, InterruptedException {
    Path configuration = folder.resolve("containerd.toml");
    Files.writeString(configuration, CONFIGURATION.replace("FOLDER", folder.toString()));
    Process daemon = host.start("containerd", "--config", configuration.toString());
    Containerd containerd = new Containerd(host);
    while (containerd.call("version").status() != 0) {
      assertThat(daemon.isAlive()).as(Files.readString(folder.resolve("containerd.err"))).isTrue();
      Thread.sleep(50);
    }
    Path archive = image.archive(IMAGE);
    containerd.succeed("image", "import", "--snapshotter=native", archive.toString());
    return containerd;
  }

  String[] command(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ctr", "--address=/run/containerd.sock"));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  Outcome call(String... arguments) throws IOException, InterruptedException {
    return host.run(command(arguments));
  }

  String succeed(String... arguments) throws IOException, InterruptedException {
    Outcome outcome = call(arguments);
    assertThat(outcome.status()).as(outcome.toString()).isZero();
    return outcome.output();
  }

  /** Returns a line of {@code ctr run} up to the image. */
  List<String> run(String... options) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                "run",
                "--runc-binary=" + host.runtime(),
                "--snapshotter=native",
                // Its default, 1024, needs a controller that not every host gives.
                "--cpu-shares=0"));
    line.addAll(List.of(options));
    line.add(IMAGE);
    return line;
  }
}
