package io.lighter.runtime.logs.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.TestPipe;
import io.lighter.runtime.logs.read.LogLines;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.testing.LeavesNothing;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With mode=spill a container does not wait for the driver of its log. */
@LeavesNothing
@Timeout(120)
class LogSpillTest {
  @TempDir private Path folder;

  private final Linux linux = Linux.kernel();
  private final ExecutorService drains =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
  private final LogPipeline pipeline = LogPipeline.open(linux);
  private final TestPipe out = new TestPipe(linux);
  private final Slow slow = new Slow();
  private final LogDrivers drivers = LogDrivers.standard(Runnable::run).with(slow);

  /** Takes nothing until it is let, and then a little at a time. */
  private static final class Slow implements LogDriver, LogSink {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private volatile boolean takes;
    private volatile boolean breaks;

    @Override
    public String name() {
      return "slow";
    }

    @Override
    public void validate(Map<String, String> options) {
      new LogOptions("slow", options).allowOnly(java.util.Set.of());
    }

    @Override
    public LogSink open(ContainerInfo container, Map<String, String> options) {
      return this;
    }

    @Override
    public int append(LogBatch batch) {
      if (breaks) {
        throw new IllegalStateException("broken");
      }
      if (takes) {
        text.writeBytes(batch.bytes().asSlice(0, batch.length()).toArray(ValueLayout.JAVA_BYTE));
      }
      return takes ? batch.length() : 0;
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() throws InterruptedException {
    pipeline.close();
    out.close();
    drains.shutdown();
    assertThat(drains.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }

  private ContainerLog add(String driver, Map<String, String> more) {
    Map<String, String> options = new HashMap<>(more);
    options.put("mode", "spill");
    LogSpec.Opened opened =
        new LogSpec(driver, options).open(drivers, Containers.web(folder), drains);
    LogSources sources = LogSources.pipe(linux, out.read());
    return pipeline.add("c", sources, opened.sink(), opened.policy());
  }

  private static String lines(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("line ").append(i).append(" of some length, so that they fill a pipe\n");
    }
    return text.toString();
  }

  @Test
  void shouldLetTheContainerGoOnWhileTheDriverTakesNothing() throws Exception {
    ContainerLog log = add("slow", Map.of());
    String text = lines(300_000); // far more than a pipe holds
    out.write(text);
    out.end();
    assertThat(folder.resolve("spill")).isNotEmptyDirectory();
    slow.takes = true;
    log.ended().get(60, TimeUnit.SECONDS);
    assertThat(slow.text.toString(UTF_8)).isEqualTo(text);
    assertThat(log.statistics().isComplete()).isTrue();
    assertThat(log.statistics().bytes()).isEqualTo(text.length());
  }

  @Test
  void shouldLetTheContainerWaitWhenTheDiskHasTooMuch() throws Exception {
    ContainerLog log = add("slow", Map.of("max-spill-size", "1m"));
    String text = lines(200_000);
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> out.write(text));
    await().until(() -> log.statistics().failures() > 3);
    assertThat(writer).isNotDone();
    assertThat(log.statistics().bytes()).isBetween(1L << 20, 3L << 20);
    slow.takes = true;
    writer.get(60, TimeUnit.SECONDS);
    out.end();
    log.ended().get(60, TimeUnit.SECONDS);
    assertThat(slow.text.toString(UTF_8)).isEqualTo(text);
  }

  @Test
  void shouldGiveWhatWasLeftToTheNext() throws Exception {
    ContainerLog log = add("slow", Map.of());
    out.write("left\n");
    out.end();
    log.ended().get(60, TimeUnit.SECONDS); // some seconds: it gives up
    assertThat(slow.text.size()).isZero();
    slow.takes = true;
    try (TestPipe next = new TestPipe(linux)) {
      LogSpec spec = new LogSpec("slow", Map.of("mode", "spill"));
      LogSpec.Opened opened = spec.open(drivers, Containers.web(folder), drains);
      LogSources sources = LogSources.pipe(linux, next.read());
      ContainerLog second = pipeline.add("d", sources, opened.sink(), opened.policy());
      next.write("next\n");
      next.end();
      second.ended().get(60, TimeUnit.SECONDS);
    }
    assertThat(slow.text.toString(UTF_8)).isEqualTo("left\nnext\n");
  }

  @Test
  void shouldCountWhatTheDriverCanNeverKeep() throws Exception {
    slow.breaks = true;
    ContainerLog log = add("slow", Map.of());
    out.write("one\ntwo\n");
    out.end();
    log.ended().get(60, TimeUnit.SECONDS);
    assertThat(log.statistics().droppedLines()).isEqualTo(2);
    assertThat(log.statistics().droppedBytes()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "json-file", "local"})
  void shouldWorkWithEachDriver(String driver) throws Exception {
    ContainerLog log = add(driver, Map.of());
    out.write(lines(10_000));
    out.end();
    log.ended().get(60, TimeUnit.SECONDS);
    StringBuilder kept = new StringBuilder();
    try (LogLines read = drivers.read(folder, LogQuery.ALL)) {
      while (read.next()) {
        byte[] line =
            read.bytes().asSlice(read.offset(), read.length()).toArray(ValueLayout.JAVA_BYTE);
        kept.append(new String(line, UTF_8)).append('\n');
      }
    }
    assertThat(kept.toString()).isEqualTo(lines(10_000));
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThatExceptionOfType(LogOptionException.class)
        .isThrownBy(() -> new LogSpec("native", Map.of("max-spill-size", "1m")).validate(drivers))
        .withMessage("log opt 'max-spill-size' is only for mode=spill");
    assertThatExceptionOfType(LogOptionException.class)
        .isThrownBy(
            () ->
                new LogSpec("native", Map.of("mode", "spill", "max-spill-size", "0"))
                    .validate(drivers))
        .withMessageContaining("a size of at least 1");
    assertThatExceptionOfType(LogOptionException.class)
        .isThrownBy(
            () ->
                new LogSpec("native", Map.of("mode", "spill", "max-buffer-size", "1m"))
                    .validate(drivers))
        .withMessageContaining("only for mode=non-blocking");
    assertThat(new LogSpec("syslog", Map.of("mode", "spill")).keepsFiles(drivers)).isTrue();
    assertThat(new LogSpec("syslog", Map.of()).keepsFiles(drivers)).isFalse();
  }
}
