package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.runtime.json.JsonReader;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A systemd-journald of the machine's own, that has a /run of its own. */
@RequiresRoot
@RequiresTool(value = "journalctl", debianPackage = "systemd")
@LeavesNothing(except = Resource.CGROUP)
class RealJournaldTest {
  private static final long TIME = 1_767_323_045_060_700_000L;

  private Process journald;

  @BeforeEach
  void start() throws IOException {
    String script =
        "mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal"
            + " && touch /run/private && exec /lib/systemd/systemd-journald";
    journald =
        new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", script)
            .inheritIO()
            .start();
    await()
        .until(() -> Files.exists(run("private")) && Files.exists(run("systemd/journal/socket")));
  }

  @AfterEach
  void stop() throws InterruptedException {
    journald.destroy();
    journald.waitFor();
  }

  private Path run(String file) {
    return Path.of("/proc/" + journald.pid() + "/root/run").resolve(file);
  }

  /** The entries of containers, in their order. */
  private List<Map<?, ?>> entries() throws IOException {
    Process journalctl =
        new ProcessBuilder(
                "journalctl",
                "--directory=" + run("log/journal"),
                "--all",
                "--quiet",
                "--output=json",
                "CONTAINER_ID_FULL=" + Containers.ID)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<Map<?, ?>> entries = new ArrayList<>();
    String all = new String(journalctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    for (String line : all.lines().toList()) {
      entries.add((Map<?, ?>) JsonReader.read(line));
    }
    return entries;
  }

  private static Object field(Map<?, ?> entry, String name) {
    Object value = entry.get(name);
    return value == null ? "" : value;
  }

  @Test
  void shouldKeepWhatItIsSent() throws IOException {
    String large = "y".repeat(300_000);
    String piece = "x".repeat(LogBatch.PIECE_BYTES);
    ContainerInfo container =
        new ContainerInfo(
            Containers.ID,
            "web",
            "",
            "nginx:1.27",
            List.of(),
            Instant.EPOCH,
            Map.of("com.example.note", "a\nb"),
            List.of("LARGE=" + large),
            "lighter",
            Path.of("/nowhere"));
    JournaldDriver driver = new JournaldDriver(run("systemd/journal/socket").toString());
    try (LogSink sink = driver.open(container, Map.of("labels", "com.example.note"))) {
      TextBatch.appendAll(sink, TIME, "one\ntwo\n");
      sink.append(TextBatch.stderr(TIME + 2, "oh\n"));
      sink.append(TextBatch.goesOn(TIME + 3, piece + "end\n", 0));
    }
    try (LogSink sink = driver.open(container, Map.of("env", "LARGE"))) {
      TextBatch.appendAll(sink, TIME, "by a file\n");
    }
    await().untilAsserted(() -> assertThat(entries()).hasSize(6));
    List<Map<?, ?>> entries = entries();
    assertThat(entries)
        .extracting(entry -> field(entry, "MESSAGE"))
        .containsExactly("one", "two", "oh", piece, "end", "by a file");
    assertThat(entries)
        .extracting(entry -> field(entry, "CONTAINER_LOG_ORDINAL"))
        .containsExactly("1", "2", "3", "4", "5", "1");
    assertThat(entries)
        .extracting(entry -> field(entry, "PRIORITY"))
        .containsExactly("6", "6", "3", "6", "6", "6");
    assertThat(entries)
        .extracting(entry -> field(entry, "CONTAINER_PARTIAL_ORDINAL"))
        .containsExactly("", "", "", "1", "2", "");
    assertThat(entries.getFirst().get("COM_EXAMPLE_NOTE")).isEqualTo("a\nb");
    assertThat(entries.getFirst().get("IMAGE_NAME")).isEqualTo("nginx:1.27");
    assertThat(entries.getFirst().get("SYSLOG_TIMESTAMP")).isEqualTo("2026-01-02T03:04:05.0607Z");
    assertThat(entries.getLast().get("LARGE")).isEqualTo(large);
  }
}
