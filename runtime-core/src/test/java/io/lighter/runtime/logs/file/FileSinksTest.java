package io.lighter.runtime.logs.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.CommitPoints;
import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogPipelineConfig;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.TestPipe;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files that other programs read, byte for byte. */
@LeavesNothing
@Timeout(60)
class FileSinksTest {
  private static final long NOON = 1_764_072_000_000_000_000L; // 2025-11-25T12:00:00Z
  private static final String TIME = "2025-11-25T12:00:00";

  @TempDir Path folder;

  private final Linux linux = Linux.kernel();
  private final AtomicLong clock = new AtomicLong(NOON);
  private final LogPipeline pipeline =
      LogPipeline.open(linux, LogPipelineConfig.of(clock::get, CommitPoints.unkept(linux)));
  private final TestPipe out = new TestPipe(linux);
  private final TestPipe err = new TestPipe(linux);

  @AfterEach
  void close() {
    pipeline.close();
    out.close();
    err.close();
  }

  private ContainerLog add(LogSink sink) {
    return pipeline.add("c", LogSources.pipes(linux, out.read(), err.read()), sink);
  }

  private void end(ContainerLog log) throws Exception {
    out.end();
    err.end();
    log.ended().get(30, TimeUnit.SECONDS);
  }

  private Path file() {
    return folder.resolve("c.log");
  }

  private JsonFileSink json(JsonFileOptions options) {
    return new JsonFileSink(linux, file(), options, Runnable::run);
  }

  private static void awaitSize(Path file, long size) {
    await().until(() -> Files.exists(file) && Files.size(file) >= size);
  }

  @Test
  void shouldWriteDockersJsonFile() throws Exception {
    ContainerLog log = add(json(JsonFileOptions.unbounded()));
    out.write("hello \"you\"\n\nwithout end");
    end(log);
    assertThat(file())
        .hasContent(
            """
            {"log":"hello \\"you\\"\\n","stream":"stdout","time":"%1$sZ"}
            {"log":"\\n","stream":"stdout","time":"%1$s.000000001Z"}
            {"log":"without end","stream":"stdout","time":"%1$s.000000002Z"}
            """
                .formatted(TIME));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-r-----");
  }

  @Test
  void shouldWriteLabelsAsAttributes() throws Exception {
    ContainerLog log = add(json(new JsonFileOptions(Long.MAX_VALUE, 1, false, "{\"a\":\"2\"}")));
    err.write("x\n");
    end(log);
    assertThat(file())
        .hasContent(
            "{\"log\":\"x\\n\",\"stream\":\"stderr\",\"attrs\":{\"a\":\"2\"},\"time\":\"%sZ\"}\n"
                .formatted(TIME));
  }

  @Test
  void shouldPartALongLineAsDockerDoes() throws Exception {
    ContainerLog log = add(json(JsonFileOptions.unbounded()));
    String piece = "x".repeat(16_384);
    out.write(piece + "\n" + piece + "y\n");
    end(log);
    List<String> lines = Files.readAllLines(file());
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).startsWith("{\"log\":\"" + piece + "\",\"stream\"");
    assertThat(lines.get(1)).startsWith("{\"log\":\"\\n\",\"stream\"");
    assertThat(lines.get(2)).startsWith("{\"log\":\"" + piece + "\",\"stream\"");
    assertThat(lines.get(3)).startsWith("{\"log\":\"y\\n\",\"stream\"");
  }

  @Test
  void shouldWriteTheKubeletsFormat() throws Exception {
    ContainerLog log = add(new CriFileSink(linux, file()));
    String piece = "x".repeat(16_384);
    out.write("hello\r\n" + piece + "\n" + piece + piece + "y\n");
    end(log);
    assertThat(file())
        .hasContent(
            """
            %1$sZ stdout F hello\r
            %1$s.000000001Z stdout F %2$s
            %1$s.000000002Z stdout P %2$s
            %1$s.000000002Z stdout P %2$s
            %1$s.000000002Z stdout F y
            """
                .formatted(TIME, piece));
  }

  @Test
  void shouldGoOnInANewFileWhenTheKubeletHasRenamedTheOld() throws Exception {
    CriFileSink sink = new CriFileSink(linux, file());
    ContainerLog log = add(sink);
    out.write("before\n");
    awaitSize(file(), 1);
    Path renamed = folder.resolve("c.log.1");
    Files.move(file(), renamed);
    log.exclusively(sink::reopen);
    clock.addAndGet(1_000_000_000);
    out.write("after\n");
    end(log);
    assertThat(renamed).hasContent(TIME + "Z stdout F before\n");
    assertThat(file()).hasContent("2025-11-25T12:00:01Z stdout F after\n");
  }

  @Test
  void shouldRotateAfterTheLineThatReachesTheSize() throws Exception {
    ContainerLog log = add(json(new JsonFileOptions(150, 3, true, "")));
    for (int i = 0; i < 9; i++) {
      out.write("line " + i + "\n");
    }
    end(log);
    // 67 to 77 bytes a line: the third reaches the size.
    assertThat(Files.readAllLines(file()))
        .hasSizeBetween(1, 3)
        .last()
        .asString()
        .contains("line 8");
    assertThat(file().resolveSibling("c.log.3.gz")).doesNotExist();
    List<String> before = gunzip(file().resolveSibling("c.log.1.gz"));
    List<String> first = gunzip(file().resolveSibling("c.log.2.gz"));
    assertThat(before.size()).isBetween(2, 3);
    assertThat(first.size()).isBetween(2, 3);
    try (var all = Files.list(folder)) {
      assertThat(all).hasSize(3);
    }
  }

  @Test
  void shouldTellTheTimeOfTheLastLineInTheHeaderOfTheCompressedFile() throws Exception {
    ContainerLog log = add(json(new JsonFileOptions(10, 2, true, "")));
    out.write("one\ntwo\n");
    end(log);
    byte[] bytes = Files.readAllBytes(file().resolveSibling("c.log.1.gz"));
    String extra = new String(bytes, 12, bytes[10], UTF_8);
    assertThat(extra).isEqualTo("{\"lastTime\":\"" + TIME + "Z\"}");
  }

  private static List<String> gunzip(Path file) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }

  @Test
  void shouldGoOnInAFileThatSomebodyHasEmptied() throws Exception {
    ContainerLog log = add(json(JsonFileOptions.unbounded()));
    out.write("before\n");
    awaitSize(file(), 1);
    Files.write(file(), new byte[0]);
    out.write("after\n");
    end(log);
    assertThat(Files.readAllLines(file())).singleElement().asString().contains("after");
  }

  @Test
  @RequiresRoot
  void shouldWaitUntilAFullDiskHasRoomAgain() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString());
    try {
      Path full = small.resolve("c.log");
      Path ballast = Files.write(small.resolve("ballast"), new byte[900_000]);
      ContainerLog log = add(new CriFileSink(linux, full));
      for (int i = 0; i < 2_000; i++) {
        out.write("this is line number " + i + " of two thousand, long enough to fill it\n");
      }
      out.end();
      err.end();
      await().until(() -> log.counters().failures() >= 2);
      assertThat(log.ended()).isNotDone();
      Files.delete(ballast);
      log.ended().get(30, TimeUnit.SECONDS);
      List<String> lines = Files.readAllLines(full);
      assertThat(lines).hasSize(2_000);
      for (int i = 0; i < lines.size(); i++) {
        assertThat(lines.get(i)).contains(" stdout F this is line number " + i + " of");
      }
      assertThat(log.counters().droppedLines()).isZero();
    } finally {
      run("umount", small.toString());
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void shouldRefuseOptionsAsDockerDoes() {
    assertThatThrownBy(() -> new JsonFileOptions(0, 1, false, ""))
        .hasMessageContaining("max-size must be a positive number");
    assertThatThrownBy(() -> new JsonFileOptions(10, 0, false, ""))
        .hasMessageContaining("max-file cannot be less than 1");
    assertThatThrownBy(() -> new JsonFileOptions(10, 1, true, ""))
        .hasMessageContaining("compress cannot be true");
  }
}
