package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import io.lighter.testing.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dockerd in a mount namespace of its own reads what we have written in its local format. */
@RequiresRoot
@RequiresTool(value = "dockerd", debianPackage = "docker.io")
@RequiresTool(value = "docker", debianPackage = "docker.io")
@LeavesNothing(except = Resource.CGROUP)
class RealDockerdTest {
  private static final long TIME = 1_767_323_045_060_700_000L;

  /** Labels are kept in a field that dockerd of version 20.10 does not know, and has to skip. */
  private static final Map<String, String> OPTIONS =
      Map.of("max-size", "2000", "max-file", "20", "labels", "tier");

  @TempDir private Path folder;
  private Process dockerd;

  @BeforeEach
  void start() throws IOException {
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "--propagation", "private"));
    command.add(Tools.find("dockerd").orElseThrow().toString());
    command.addAll(List.of("--data-root", folder.resolve("data").toString()));
    command.addAll(List.of("--exec-root", folder.resolve("exec").toString()));
    command.addAll(List.of("--pidfile", folder.resolve("pid").toString()));
    command.addAll(List.of("--host", "unix://" + folder.resolve("sock")));
    command.addAll(List.of("--iptables=false", "--bridge=none", "--storage-driver=vfs"));
    dockerd =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    await().until(() -> Files.exists(folder.resolve("sock")));
  }

  @AfterEach
  void stop() throws InterruptedException {
    dockerd.destroy();
    dockerd.waitFor();
  }

  private String docker(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("docker", "--host", "unix://" + folder.resolve("sock")));
    command.addAll(List.of(arguments));
    Process docker = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(docker.waitFor()).as(said).isZero();
    return said;
  }

  /** Makes a container that is never started. */
  private ContainerInfo create() throws IOException, InterruptedException {
    Path tar = folder.resolve("empty.tar");
    Files.write(tar, new byte[10 * 1024]);
    docker("import", tar.toString(), "empty");
    List<String> create = new ArrayList<>(List.of("create", "--log-driver", "local"));
    for (String name : List.of("max-size", "max-file")) {
      create.addAll(List.of("--log-opt", name + "=" + OPTIONS.get(name)));
    }
    create.addAll(List.of("empty", "true"));
    String id = docker(create.toArray(new String[0])).strip();
    return new ContainerInfo(
        id,
        "web",
        "",
        "empty",
        List.of("true"),
        Instant.EPOCH,
        Map.of("tier", "front"),
        List.of(),
        "lighter",
        folder.resolve("data").resolve("containers").resolve(id));
  }

  @Test
  void shouldReadOurFiles() throws IOException, InterruptedException {
    ContainerInfo container = create();
    String numbers =
        IntStream.range(0, 200).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    String piece = "x".repeat(LogBatch.PIECE_BYTES);
    try (LogSink sink = LogDrivers.standard(Runnable::run).open("local", container, OPTIONS)) {
      TextBatch.appendAll(sink, TIME, numbers);
      sink.append(TextBatch.stdout(TIME + 1_000, "\nlast\n"));
      sink.append(TextBatch.goesOn(TIME + 2_000, piece + piece, 0));
      sink.append(TextBatch.goesOn(TIME + 2_001, "end\n", 2L * LogBatch.PIECE_BYTES));
      sink.append(TextBatch.last(TIME + 3_000, "no newline"));
    }
    assertThat(container.folder().resolve("local-logs/container.log.4.gz")).exists();
    // Version 20.10 forgets the newline behind a last piece, later ones do not.
    String whole = numbers + "\nlast\n" + piece + piece + "end";
    assertThat(docker("logs", container.id())).isIn(whole + "no newline", whole + "\nno newline");
    assertThat(docker("logs", "--since", "2026-01-02T03:04:05.060703Z", container.id()))
        .isEqualTo("no newline");
    String until = "2026-01-02T03:04:05.060700001Z";
    assertThat(docker("logs", "--timestamps", "--until", until, container.id()))
        .isEqualTo("2026-01-02T03:04:05.060700000Z line 0\n" + until + " line 1\n");
  }
}
