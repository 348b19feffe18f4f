package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.MemoryFiles;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries of the journal's native protocol, to a socket of the test. */
@LeavesNothing(except = Resource.CGROUP)
class JournaldTest {
  private static final long TIME = 1_767_323_045_060_700_000L;

  @TempDir private Path folder;

  private LogSink open(ContainerInfo container, Map<String, String> options) {
    JournaldDriver driver = new JournaldDriver(folder.resolve("socket").toString());
    driver.validate(options);
    return driver.open(container, options);
  }

  private UnixReceiver bind() {
    return UnixReceiver.bind(folder.resolve("socket"));
  }

  @Test
  void shouldSendDockersFields() {
    Map<String, String> options =
        Map.of("tag", "{{.Name}}", "labels", "com.example.team", "env", "STAGE");
    try (UnixReceiver journal = bind();
        LogSink sink = open(Containers.web(), options)) {
      assertThat(sink.append(TextBatch.stdout(TIME, "hello\n\n"))).isEqualTo(7);
      assertThat(sink.append(TextBatch.stderr(TIME + 2, "oh\n"))).isEqualTo(3);
      String first = journal.next();
      String epoch = first.replaceAll("(?s).*CONTAINER_LOG_EPOCH=(\\w{64})\n.*", "$1");
      String constant =
          """
          COM_EXAMPLE_TEAM=blue & green
          CONTAINER_ID=0123456789ab
          CONTAINER_ID_FULL=ID
          CONTAINER_LOG_EPOCH=EPOCH
          CONTAINER_NAME=web
          CONTAINER_TAG=web
          IMAGE_NAME=nginx:1.27
          STAGE=test
          SYSLOG_IDENTIFIER=web
          """
              .replace("ID_FULL=ID", "ID_FULL=" + Containers.ID)
              .replace("=EPOCH", "=" + epoch);
      assertThat(first)
          .isEqualTo(
              "PRIORITY=6\nMESSAGE=hello\n"
                  + constant
                  + "SYSLOG_TIMESTAMP=2026-01-02T03:04:05.0607Z\nCONTAINER_LOG_ORDINAL=1\n");
      assertThat(journal.next())
          .startsWith("PRIORITY=6\nMESSAGE=\n")
          .endsWith("\nCONTAINER_LOG_ORDINAL=2\n");
      assertThat(journal.next())
          .startsWith("PRIORITY=3\nMESSAGE=oh\n" + constant)
          .contains("SYSLOG_TIMESTAMP=2026-01-02T03:04:05.060700002Z\n")
          .endsWith("\nCONTAINER_LOG_ORDINAL=3\n");
    }
  }

  @Test
  void shouldTellThePiecesOfALongLine() {
    String piece = "x".repeat(LogBatch.PIECE_BYTES);
    try (UnixReceiver journal = bind();
        LogSink sink = open(Containers.web(), Map.of())) {
      sink.append(TextBatch.goesOn(TIME, piece, 0));
      sink.append(TextBatch.goesOn(TIME + 7, "end\n", LogBatch.PIECE_BYTES));
      String first = journal.next();
      String id = first.replaceAll("(?s).*CONTAINER_PARTIAL_ID=(\\w{64})\n.*", "$1");
      assertThat(first)
          .contains("MESSAGE=" + piece + "\n")
          .contains("CONTAINER_PARTIAL_ORDINAL=1\nCONTAINER_PARTIAL_LAST=false\n")
          .contains("CONTAINER_PARTIAL_MESSAGE=true\n");
      assertThat(journal.next())
          .contains("MESSAGE=end\n")
          .contains("SYSLOG_TIMESTAMP=2026-01-02T03:04:05.0607Z\n")
          .contains("CONTAINER_PARTIAL_ID=" + id + "\n")
          .contains("CONTAINER_PARTIAL_ORDINAL=2\nCONTAINER_PARTIAL_LAST=true\n")
          .doesNotContain("CONTAINER_PARTIAL_MESSAGE");
    }
  }

  @Test
  void shouldFrameAValueWithNewlines() {
    ContainerInfo container =
        new ContainerInfo(
            Containers.ID,
            "web",
            "",
            "",
            List.of(),
            Instant.EPOCH,
            Map.of("note", "a\nb"),
            List.of(),
            "lighter",
            folder);
    try (UnixReceiver journal = bind();
        LogSink sink = open(container, Map.of("labels", "note"))) {
      sink.append(TextBatch.stdout(TIME, "hello\n"));
      assertThat(journal.next()).contains("\nNOTE\n\u0003\0\0\0\0\0\0\0a\nb\nSYSLOG_IDENTIFIER=");
    }
  }

  @Test
  void shouldSendWhatIsTooLongInASealedFile() {
    String large = "y".repeat(300_000);
    ContainerInfo container =
        new ContainerInfo(
            Containers.ID,
            "web",
            "",
            "",
            List.of(),
            Instant.EPOCH,
            Map.of(),
            List.of("LARGE=" + large),
            "lighter",
            folder);
    try (UnixReceiver journal = bind();
        LogSink sink = open(container, Map.of("env", "LARGE"))) {
      assertThat(sink.append(TextBatch.stdout(TIME, "hello\n"))).isEqualTo(6);
      String entry = new String(journal.nextBytes(), StandardCharsets.UTF_8);
      assertThat(entry).startsWith("PRIORITY=6\nMESSAGE=hello\n").contains("LARGE=" + large + "\n");
      assertThat(journal.seals())
          .isEqualTo(
              MemoryFiles.F_SEAL_SEAL
                  | MemoryFiles.F_SEAL_SHRINK
                  | MemoryFiles.F_SEAL_GROW
                  | MemoryFiles.F_SEAL_WRITE);
    }
  }

  @Test
  void shouldRefuseToStartWithoutJournald() {
    assertThatThrownBy(() -> open(Containers.web(), Map.of()))
        .isInstanceOf(LogDriverException.class)
        .hasMessageContaining("journald is not enabled on this host")
        .hasMessageContaining(folder.toString());
  }

  @Test
  void shouldGoOnWhenJournaldIsStartedAgain() {
    UnixReceiver journal = bind();
    try (LogSink sink = open(Containers.web(), Map.of())) {
      sink.append(TextBatch.stdout(TIME, "one\n"));
      assertThat(journal.next()).contains("MESSAGE=one\n");
      journal.close();
      assertThat(sink.append(TextBatch.stdout(TIME, "two\n"))).isZero();
      journal = bind();
      TextBatch.appendAll(sink, TIME, "two\n");
      assertThat(journal.next()).contains("MESSAGE=two\n");
    } finally {
      journal.close();
    }
  }
}
