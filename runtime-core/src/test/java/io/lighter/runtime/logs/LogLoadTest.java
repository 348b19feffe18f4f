package io.lighter.runtime.logs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.runtime.logs.store.LogReader;
import io.lighter.runtime.logs.store.SegmentStore;
import io.lighter.runtime.logs.store.StoreConfig;
import io.lighter.testing.LeavesNothing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Much of everything: lines, bytes that are no text, containers. */
@LeavesNothing
@Timeout(180)
class LogLoadTest {
  private static final int CONTAINERS = 1_000;
  private static final int LINES_EACH = 200;

  @TempDir Path folder;

  private final Linux linux = Linux.kernel();

  @Test
  void shouldCountABillionEmptyLines() throws Exception {
    StoreConfig config = StoreConfig.DEFAULT.withCompression(false);
    byte[] newlines = new byte[1_000_000];
    Arrays.fill(newlines, (byte) '\n');
    try (LogPipeline pipeline = LogPipeline.open(linux);
        TestPipe out = new TestPipe(linux)) {
      SegmentStore store = SegmentStore.open(linux, folder, config, Runnable::run);
      ContainerLog log = pipeline.add("c", LogSources.pipe(linux, out.read()), store);
      for (int i = 0; i < 1_000; i++) {
        out.write(newlines);
      }
      out.write("and a last one\n");
      out.end();
      log.ended().get(60, TimeUnit.SECONDS);
    }
    try (LogReader reader = LogReader.open(linux, folder, LogQuery.ALL.tail(2))) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.length()).isZero();
      assertThat(reader.next()).isTrue();
      assertThat(reader.length()).isEqualTo("and a last one".length());
      assertThat(reader.position().line()).isEqualTo(1_000_000_001L);
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void shouldKeepBytesThatAreNoText() throws Exception {
    byte[] bytes = new byte[3 * 256 + 1];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    bytes[bytes.length - 1] = '\n';
    CollectingSink sink = new CollectingSink();
    try (LogPipeline pipeline = LogPipeline.open(linux);
        TestPipe out = new TestPipe(linux)) {
      ContainerLog log = pipeline.add("c", LogSources.pipe(linux, out.read()), sink);
      out.write(bytes).write("\r\n\0\0\n");
      out.end();
      log.ended().get(20, TimeUnit.SECONDS);
    }
    String expected = new String(bytes, ISO_8859_1);
    assertThat(sink.text(LogStream.STDOUT)).isEqualTo(expected + "\r\n\0\0\n");
  }

  @Test
  void shouldTakeFromAThousandContainersThatSpeakAHundredTimesASecond() {
    List<TestPipe> pipes = new ArrayList<>();
    List<ContainerLog> logs = new ArrayList<>();
    byte[] line = "one of many lines of one of many containers\n".getBytes(US_ASCII);
    try (LogPipeline pipeline = LogPipeline.open(linux)) {
      for (int i = 0; i < CONTAINERS; i++) {
        TestPipe pipe = new TestPipe(linux);
        pipes.add(pipe);
        LogSources sources = LogSources.pipe(linux, pipe.read());
        logs.add(pipeline.add("c" + i, sources, new CountingSink()));
      }
      long due = System.nanoTime();
      for (int i = 0; i < LINES_EACH; i++) {
        pipes.forEach(pipe -> pipe.write(line));
        due += 10_000_000;
        LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
      }
      long each = (long) LINES_EACH * line.length;
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> logs.stream().allMatch(log -> log.counters().bytes() == each));
      assertThat(logs).allMatch(log -> log.counters().droppedLines() == 0);
    } finally {
      pipes.forEach(TestPipe::close);
    }
  }

  private static final class CountingSink implements LogSink {
    @Override
    public int append(LogBatch batch) {
      return batch.length();
    }

    @Override
    public void close() {}
  }
}
