package io.lighter.runtime.logs.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.TestPipe;
import io.lighter.runtime.logs.folder.FolderLockedException;
import io.lighter.runtime.logs.read.LogLines;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the drivers that keep files have written is read back, while it is written too. */
@LeavesNothing(except = Resource.CGROUP)
@Timeout(120)
class LogReadingTest {
  private static final long TIME = 1_767_323_045_060_000_000L;

  @TempDir private Path folder;

  private final LogDrivers drivers = LogDrivers.standard(Runnable::run);

  private LogSink open(String driver, Map<String, String> options) {
    return drivers.open(driver, Containers.web(folder), options);
  }

  private static String text(LogLines lines) {
    byte[] text = new byte[lines.length()];
    lines.bytes().asSlice(lines.offset(), lines.length()).asByteBuffer().get(text);
    return new String(text, UTF_8);
  }

  private List<String> read(LogQuery query) {
    List<String> all = new ArrayList<>();
    try (LogLines lines = drivers.read(folder, query)) {
      while (lines.next()) {
        all.add(text(lines));
      }
    }
    return all;
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "line " + i).toList();
  }

  private static String joined(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  /** Of each driver, so small that it is rotated some times, and nothing is lost. */
  private static Map<String, String> rotating(String driver) {
    Map<String, String> options = new TreeMap<>(Map.of("max-size", "3000", "max-file", "50"));
    options.put("compress", "true");
    if (driver.equals("native")) {
      options.putAll(Map.of("segment-size", "1000", "max-size", "1m", "max-file", "1000"));
    }
    return options;
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "json-file", "local"})
  void shouldReadOverRotations(String driver) {
    try (LogSink sink = open(driver, rotating(driver))) {
      for (int i = 0; i < 500; i += 5) {
        TextBatch.appendAll(sink, TIME + i, joined(numbers(i, i + 5)));
      }
      sink.append(TextBatch.stderr(TIME + 500, "error\n"));
      sink.append(TextBatch.last(TIME + 501, "no newline"));
    }
    List<String> all = new ArrayList<>(numbers(0, 500));
    all.addAll(List.of("error", "no newline"));
    assertThat(read(LogQuery.ALL)).isEqualTo(all);
    assertThat(read(LogQuery.ALL.tail(100))).isEqualTo(all.subList(402, 502));
    assertThat(read(LogQuery.ALL.tail(3))).isEqualTo(all.subList(499, 502));
    assertThat(read(LogQuery.ALL.tail(0))).isEmpty();
    assertThat(read(LogQuery.ALL.tail(10_000))).isEqualTo(all);
    assertThat(read(LogQuery.ALL.since(TIME + 100).until(TIME + 109))).isEqualTo(numbers(100, 110));
    assertThat(read(LogQuery.ALL.until(TIME + 109).tail(2))).isEqualTo(numbers(108, 110));
    assertThat(read(LogQuery.ALL.since(TIME + 499).tail(2))).isEqualTo(all.subList(500, 502));
    assertThat(read(LogQuery.ALL.of(EnumSet.of(LogStream.STDERR)))).containsExactly("error");
    assertThat(read(LogQuery.ALL.of(EnumSet.of(LogStream.STDERR)).tail(5)))
        .containsExactly("error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "json-file", "local"})
  void shouldTellAttributesTimesAndPieces(String driver) {
    Map<String, String> options =
        Map.of("labels", "tier,nothing", "env-regex", "^ST", "tag", "{{.Name}}");
    String piece = "x".repeat(LogBatch.PIECE_BYTES);
    try (LogSink sink = open(driver, options)) {
      sink.append(TextBatch.stdout(TIME, "<one>\ttwo \"three\" \\ \u2028\n"));
      sink.append(TextBatch.goesOn(TIME + 1, piece + piece, 0));
      sink.append(TextBatch.goesOn(TIME + 2, "end\n", 2L * LogBatch.PIECE_BYTES));
    }
    try (LogLines lines = drivers.read(folder, LogQuery.ALL)) {
      assertThat(lines.next()).isTrue();
      assertThat(text(lines)).isEqualTo("<one>\ttwo \"three\" \\ \u2028");
      assertThat(lines.time()).isEqualTo(TIME);
      assertThat(lines.attributes())
          .containsExactly(
              Map.entry("STAGE", "test"), Map.entry("tag", "web"), Map.entry("tier", "front"));
      StringBuilder line = new StringBuilder();
      assertThat(lines.next()).isTrue();
      assertThat(lines.begins()).isTrue();
      long began = lines.time();
      while (!lines.ends()) {
        line.append(text(lines));
        assertThat(lines.next()).isTrue();
        assertThat(lines.begins()).isFalse();
        assertThat(lines.time()).as("one time for all pieces").isEqualTo(began);
      }
      assertThat(line.append(text(lines))).hasToString(piece + piece + "end");
      assertThat(lines.next()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "json-file", "local"})
  void shouldFollowWhatIsWrittenUntilItsWriterEnds(String driver) throws Exception {
    int count = 20_000;
    Linux linux = Linux.kernel();
    try (LogPipeline pipeline = LogPipeline.open(linux);
        TestPipe out = new TestPipe(linux)) {
      var sink = open(driver, rotating(driver));
      LogSources sources = LogSources.pipe(linux, out.read());
      var log = pipeline.add("c", sources, sink);
      CompletableFuture<List<String>> followed;
      try (LogLines lines = drivers.read(folder, LogQuery.ALL.following())) {
        followed = CompletableFuture.supplyAsync(() -> follow(lines));
        for (int i = 0; i < count; i += 20) {
          out.write(joined(numbers(i, i + 20)));
        }
        out.end();
        log.ended().get(60, TimeUnit.SECONDS);
        // Fifty files do not hold all of it: who is slower than the writer misses some.
        List<String> got = followed.get(60, TimeUnit.SECONDS);
        assertThat(got).endsWith("line " + (count - 1)).doesNotHaveDuplicates();
        assertThat(numbers(0, count)).containsSubsequence(got);
        assertThat(got).startsWith("line 0");
      }
    }
  }

  private static List<String> follow(LogLines lines) {
    List<String> all = new ArrayList<>();
    try {
      do {
        while (lines.next()) {
          all.add(text(lines));
        }
      } while (lines.await(Long.MAX_VALUE));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return all;
  }

  @Test
  void shouldFollowALogThatIsEmptied() throws Exception {
    try (LogSink sink = open("json-file", Map.of());
        LogLines lines = drivers.read(folder, LogQuery.ALL.following())) {
      sink.append(TextBatch.stdout(TIME, joined(numbers(0, 10))));
      while (lines.next()) {}
      assertThat(text(lines)).isEqualTo("line 9");
      Path file = folder.resolve(Containers.ID + "-json.log");
      Files.newByteChannel(file, StandardOpenOption.WRITE).truncate(0).close();
      sink.append(TextBatch.stdout(TIME + 20, "after\n"));
      while (!lines.next()) {
        assertThat(lines.await(TimeUnit.SECONDS.toNanos(30))).isTrue();
      }
      assertThat(text(lines)).isEqualTo("after");
    }
  }

  @Test
  void shouldLeaveOutWhatIsNoEntry() throws IOException {
    try (LogSink sink = open("json-file", Map.of())) {
      sink.append(TextBatch.stdout(TIME, "one\n"));
    }
    Path file = folder.resolve(Containers.ID + "-json.log");
    Files.writeString(
        file,
        """
        {"log":"torn","str
        \u0000\u0000
        {"log":"two\\n","stream":"stderr","time":"2026-01-02T03:04:05.070000001+02:00"}
        {"log":"not ended",
        """
            .stripTrailing(),
        StandardOpenOption.APPEND);
    assertThat(read(LogQuery.ALL)).containsExactly("one", "two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "json-file", "local"})
  void shouldGoOnWithALogAndLetOneWrite(String driver) {
    for (int i = 0; i < 2; i++) {
      try (LogSink sink = open(driver, Map.of())) {
        sink.append(TextBatch.stdout(TIME + i, "line " + i + "\n"));
        assertThatExceptionOfType(FolderLockedException.class)
            .isThrownBy(() -> open(driver, Map.of()))
            .withMessageContaining("is being written by this process");
      }
    }
    assertThat(read(LogQuery.ALL)).containsExactly("line 0", "line 1");
    String other = driver.equals("local") ? "native" : "local";
    assertThatExceptionOfType(LogDriverException.class)
        .isThrownBy(() -> open(other, Map.of()))
        .withMessage(
            "the folder %s has a log of the driver %s, which %s cannot go on with"
                .formatted(folder, driver, other));
  }

  @Test
  void shouldSayWhatCannotBeRead() throws IOException {
    assertThatExceptionOfType(LogDriverException.class)
        .isThrownBy(() -> drivers.read(folder, LogQuery.ALL))
        .withMessage("there is no log in " + folder + ": it has no log.json");
    Files.writeString(folder.resolve("log.json"), "{\"driver\":\"syslog\",\"file\":\"x\"}");
    assertThatExceptionOfType(LogDriverException.class)
        .isThrownBy(() -> drivers.read(folder, LogQuery.ALL))
        .withMessageContaining("syslog does not support reading");
    Files.writeString(folder.resolve("log.json"), "{\"driver\":\"native\",\"file\":\"../x\"}");
    assertThatExceptionOfType(LogDriverException.class)
        .isThrownBy(() -> drivers.read(folder, LogQuery.ALL))
        .withMessage(folder.resolve("log.json") + " does not describe a log");
  }
}
