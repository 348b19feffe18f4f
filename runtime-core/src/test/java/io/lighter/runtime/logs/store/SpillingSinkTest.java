package io.lighter.runtime.logs.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.TestPipe;
import io.lighter.testing.LeavesNothing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a target cannot keep in time waits on the disk. */
@LeavesNothing
@Timeout(60)
class SpillingSinkTest {
  private static final int LINES = 400_000;

  @TempDir Path folder;

  private final Linux linux = Linux.kernel();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final LogPipeline pipeline = LogPipeline.open(linux);
  private final TestPipe out = new TestPipe(linux);

  @AfterEach
  void close() {
    pipeline.close();
    out.close();
    executor.shutdown();
  }

  private static final class Target implements LogSink {
    final List<String> texts = new CopyOnWriteArrayList<>();
    volatile boolean takes;
    volatile boolean closed;

    @Override
    public int append(LogBatch batch) {
      if (!takes) {
        return 0;
      }
      texts.add(
          new String(batch.bytes().asSlice(0, batch.length()).toArray(JAVA_BYTE), US_ASCII));
      return batch.length();
    }

    List<String> lines() {
      return String.join("", texts).lines().toList();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private ContainerLog add(Target target, long maxBytes) {
    SpillingSink sink = SpillingSink.open(linux, target, folder, maxBytes, executor);
    return pipeline.add("c", LogSources.pipe(linux, out.read()), sink);
  }

  private static void assertThatAll(List<String> lines) {
    assertThat(lines).hasSize(LINES);
    for (int i = 0; i < LINES; i++) {
      assertThat(lines.get(i)).isEqualTo("line " + i + " that has to wait for its target");
    }
  }

  private long write(int from, int to) {
    long bytes = 0;
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append("line ").append(i).append(" that has to wait for its target\n");
      if (text.length() > 8_000 || i == to - 1) {
        out.write(text.toString());
        bytes += text.length();
        text.setLength(0);
      }
    }
    return bytes;
  }

  @Test
  void shouldLoseNothingWhileTheTargetIsAway() throws Exception {
    Target target = new Target();
    ContainerLog log = add(target, Long.MAX_VALUE);
    long written = write(0, LINES);
    await().until(() -> log.counters().bytes() == written);
    assertThat(target.texts).isEmpty();
    target.takes = true;
    out.end();
    log.ended().get(30, TimeUnit.SECONDS);
    assertThatAll(target.lines());
    assertThat(target.closed).isTrue();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(file -> file.toString().endsWith(".log"))).hasSize(1);
    }
  }

  @Test
  void shouldGoOnWhereTheProcessBeforeHasStopped() throws Exception {
    Target away = new Target();
    ContainerLog log = add(away, Long.MAX_VALUE);
    away.takes = true;
    long written = write(0, LINES / 2);
    await().until(() -> away.lines().size() > 1_000);
    away.takes = false;
    long more = write(LINES / 2, LINES);
    await().until(() -> log.counters().bytes() == written + more);
    log.close();
    log.ended().get(30, TimeUnit.SECONDS);
    int kept = away.lines().size();
    assertThat(kept).isLessThan(LINES);

    Target back = new Target();
    back.takes = true;
    SpillingSink sink = SpillingSink.open(linux, back, folder, Long.MAX_VALUE, executor);
    await().until(() -> back.lines().size() >= LINES - kept);
    sink.close();
    assertThatAll(Stream.concat(away.lines().stream(), back.lines().stream()).toList());
  }

  @Test
  void shouldHaveTheContainerWaitWhenTooMuchWaits() throws Exception {
    Target target = new Target();
    ContainerLog log = add(target, 1 << 20);
    Thread writer = Thread.ofPlatform().start(() -> write(0, LINES));
    await().until(() -> log.counters().failures() > 0);
    assertThat(log.counters().bytes()).isBetween(1L << 20, 4L << 20);
    target.takes = true;
    writer.join();
    out.end();
    log.ended().get(30, TimeUnit.SECONDS);
    assertThatAll(target.lines());
  }

  @Test
  void shouldGiveOnALongLineInPieces() throws Exception {
    Target target = new Target();
    ContainerLog log = add(target, Long.MAX_VALUE);
    String line = "x".repeat(300_000);
    out.write("before\n" + line + "\nafter\n");
    await().until(() -> log.counters().bytes() == line.length() + 14);
    target.takes = true;
    out.end();
    log.ended().get(30, TimeUnit.SECONDS);
    assertThat(target.lines()).containsExactly("before", line, "after");
  }
}
