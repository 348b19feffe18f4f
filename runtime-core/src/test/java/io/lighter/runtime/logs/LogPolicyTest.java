package io.lighter.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What happens to what a sink cannot keep in time. */
@LeavesNothing(ignoring = "log-drain-") // they end by themselves, after a minute
@Timeout(60)
class LogPolicyTest {
  private static final int LINES = 20_000;
  private static final Pattern MARKER =
      Pattern.compile("lighter: dropped (\\d+) lines, (\\d+) bytes, from \\S+Z to \\S+Z\n");

  private final Linux linux = Linux.kernel();
  private final LogPipeline pipeline =
      LogPipeline.open(
          linux,
          new LogPipelineConfig(
              1,
              Duration.ofMillis(1),
              Duration.ofMillis(5),
              Duration.ofMillis(20),
              linux.clocks()::realtime,
              CommitPoints.unkept(linux)));
  private final TestPipe out = new TestPipe(linux);
  private final CollectingSink sink = new CollectingSink();

  @AfterEach
  void close() {
    pipeline.close();
    out.close();
  }

  private ContainerLog add(LogPolicy.Kind kind) {
    LogSources sources = LogSources.pipe(linux, out.read());
    return pipeline.add("c", sources, sink, new LogPolicy(kind, 64 * 1024));
  }

  private static String line(int number) {
    return "line %05d of what is more than the buffer can hold at a time\n".formatted(number);
  }

  /** Writes far more than there is room for, while the sink keeps nothing. */
  private void writeTooMuch(ContainerLog log) {
    sink.takes = false;
    long bytes = log.counters().bytes();
    for (int i = 0; i < LINES; i++) {
      out.write(line(i));
      bytes += line(i).length();
    }
    long written = bytes;
    await().until(() -> log.counters().bytes() == written);
    sink.takes = true;
  }

  @ParameterizedTest
  @EnumSource(value = LogPolicy.Kind.class, mode = Mode.EXCLUDE, names = "BLOCK")
  void shouldNeitherBlockNorLoseALineUntold(LogPolicy.Kind kind) throws Exception {
    ContainerLog log = add(kind);
    out.write("first\n");
    await().until(() -> sink.batches.size() == 1);
    writeTooMuch(log);
    await().until(() -> sink.batches.size() > 2);
    out.write("after\n");
    out.end();
    log.ended().get(20, TimeUnit.SECONDS);

    List<Integer> kept = new ArrayList<>();
    long droppedLines = 0;
    long droppedBytes = 0;
    StringBuilder all = new StringBuilder();
    for (CollectingSink.Kept batch : sink.batches) {
      Matcher marker = MARKER.matcher(batch.text());
      if (marker.matches()) {
        droppedLines += Long.parseLong(marker.group(1));
        droppedBytes += Long.parseLong(marker.group(2));
      } else {
        all.append(batch.text());
      }
    }
    assertThat(all.toString()).startsWith("first\n").endsWith("after\n");
    all.toString()
        .lines()
        .filter(line -> line.startsWith("line "))
        .forEach(line -> kept.add(Integer.parseInt(line.substring(5, 10))));
    assertThat(kept).isSorted().doesNotHaveDuplicates();
    assertThat(droppedLines).isPositive().isEqualTo(LINES - kept.size());
    assertThat(droppedLines).isEqualTo(log.counters().droppedLines());
    assertThat(droppedBytes)
        .isEqualTo(log.counters().droppedBytes())
        .isEqualTo(droppedLines * line(0).length());
    assertThat(kept.getLast() == LINES - 1).isEqualTo(kind == LogPolicy.Kind.DROP_OLDEST);
  }

  @Test
  void shouldWaitInThePipeUnlessItIsToldOtherwise() throws Exception {
    sink.takes = false;
    ContainerLog log = add(LogPolicy.Kind.BLOCK);
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < LINES * 2; i++) {
                    out.write(line(i));
                  }
                  out.end();
                });
    await().until(() -> linux.pipes().held(out.read()) > 1_000_000);
    assertThat(sink.batches).isEmpty();
    sink.takes = true;
    writer.join();
    log.ended().get(20, TimeUnit.SECONDS);
    assertThat(sink.text(LogStream.STDOUT).lines().count()).isEqualTo(LINES * 2);
    assertThat(log.counters().droppedLines()).isZero();
  }

  @Test
  void shouldDropWhatIsLeftWhenASinkTakesNothingToTheEnd() throws Exception {
    ContainerLog log = add(LogPolicy.Kind.DROP_NEWEST);
    sink.takes = false;
    out.write("never\n");
    out.end();
    log.ended().get(20, TimeUnit.SECONDS);
    assertThat(log.counters().droppedLines()).isEqualTo(1);
    assertThat(sink.closed.getCount()).isZero();
  }

  @Test
  void shouldRefuseABufferThatIsTooSmall() {
    assertThatThrownBy(() -> new LogPolicy(LogPolicy.Kind.DROP_OLDEST, 100))
        .hasMessageContaining("max-buffer-size is 100 bytes; it may be 4096");
  }
}
