package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.testing.KernelTest;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of {@code lighter run}, on a kernel that has the controllers. */
@KernelTest
class LighterRunKernelTest {
  private LighterCommand lighter;

  @BeforeEach
  void prepare() throws IOException {
    // On a tmpfs: the host's files, which the rest is made of, cannot be an upper.
    lighter = new LighterCommand(Files.createTempDirectory(Path.of("/run"), "lighter"));
  }

  @Test
  void shouldKillWhatNeedsMoreMemoryThanItMay() throws Exception {
    Outcome outcome =
        lighter.run(
            "run",
            "-m",
            "64m",
            "--memory-swap",
            "64m",
            "host",
            "python3",
            "-c",
            "x = bytearray(200 << 20); print(len(x))");

    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(137);
  }

  @Test
  void shouldLimitProcessesAndCpu() throws Exception {
    Outcome outcome =
        lighter.run(
            "run",
            "--pids-limit",
            "20",
            "--cpus",
            "0.5",
            "--cpu-shares",
            "512",
            "host",
            "sh",
            "-c",
            "cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu.weight;"
                + " for i in $(seq 40); do sleep 2 & done");

    assertThat(outcome.output()).startsWith("20\n50000 100000\n");
    assertThat(outcome.error()).contains("Cannot fork");
  }

  @Test
  void shouldShowWhatAContainerUses() throws Exception {
    Process run =
        lighter.start(
            "run", "-i", "--name=web", "-m=64m", "--pids-limit=20", "host", "sh", "-c", "read x");
    String format = "{{.MemUsage}} {{.MemPerc}} {{.PIDs}} {{.BlockIO}}";
    Outcome stats = lighter.run("stats", "--no-stream", "--format", format, "web");
    for (int i = 0; i < 50 && stats.status() != 0; i++) {
      Thread.sleep(100);
      stats = lighter.run("stats", "--no-stream", "--format", format, "web");
    }
    // Nobody has asked for the controller io, so nothing is counted for it.
    assertThat(stats.output()).matches("[\\d.]+[KM]iB / 64MiB \\d+\\.\\d\\d% 1 -- / --\n");
    run.getOutputStream().close();
    run.waitFor();
  }

  @Test
  @RequiresTool(value = "apparmor_parser", debianPackage = "apparmor")
  void shouldConfineByAProfile() throws Exception {
    Path profile = Files.createTempFile(Path.of("/run"), "profile", "");
    Files.writeString(profile, "profile lighter-run { file, deny /etc/hostname r, }\n");
    String parser = Tools.find("apparmor_parser").orElseThrow().toString();
    assertThat(new ProcessBuilder(parser, "-K", "-T", "-r", profile.toString()).start().waitFor())
        .isZero();

    Outcome outcome =
        lighter.run(
            "run",
            "--security-opt",
            "apparmor=lighter-run",
            "host",
            "sh",
            "-c",
            "cat /proc/self/attr/current /etc/hostname");
    Outcome missing = lighter.run("run", "--security-opt", "apparmor=no-such", "host", "true");

    assertThat(outcome.output()).isEqualTo("lighter-run (enforce)\n");
    assertThat(outcome.error()).contains("/etc/hostname: Permission denied");
    assertThat(missing.status()).isEqualTo(125);
    assertThat(missing.error()).contains("no-such");
  }
}
