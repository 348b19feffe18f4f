package io.lighter.runtime.logs.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.LogStatistics;
import io.lighter.runtime.logs.TestPipe;
import io.lighter.testing.LeavesNothing;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has become of logs, as an engine and as Prometheus show it. */
@LeavesNothing
@Timeout(60)
class LogMetricsTest {
  private final Linux linux = Linux.kernel();

  /** Takes what it is given, but for what it says is bad, and says when it has had enough. */
  private static final class Picky implements LogSink {
    private final CountDownLatch enough = new CountDownLatch(2);

    @Override
    public int append(LogBatch batch) {
      enough.countDown();
      if (batch.newlines() > 1) {
        throw new IllegalStateException("more than one line");
      }
      return batch.length();
    }

    @Override
    public void close() {}
  }

  private static String exposition(PrometheusRegistry registry) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toString(UTF_8);
  }

  @Test
  void shouldShowWhatWasKeptAndWhatWasLost() throws Exception {
    try (LogPipeline pipeline = LogPipeline.open(linux);
        TestPipe out = new TestPipe(linux)) {
      PrometheusRegistry registry = new PrometheusRegistry();
      registry.register(new LogMetrics(pipeline));
      Picky sink = new Picky();
      ContainerLog log = pipeline.add("web", LogSources.pipe(linux, out.read()), sink);
      out.write("one\n");
      while (log.statistics().batches() < 1) {
        Thread.onSpinWait();
      }
      out.write("two\nthree\n");
      assertThat(sink.enough.await(20, TimeUnit.SECONDS)).isTrue();
      while (log.statistics().bytes() < 14) {
        Thread.onSpinWait();
      }
      assertThat(log.statistics()).isEqualTo(new LogStatistics(14, 2, 2, 10, 1));
      assertThat(log.statistics().isComplete()).isFalse();
      assertThat(log.statistics().json())
          .isEqualTo(
              "{\"bytes\":14,\"batches\":2,\"droppedLines\":2,\"droppedBytes\":10,\"failures\":1}");
      assertThat(exposition(registry))
          .contains("# TYPE lighter_log_dropped_lines_total counter\n")
          .contains("lighter_log_dropped_lines_total{container=\"web\"} 2.0\n")
          .contains("lighter_log_dropped_bytes_total{container=\"web\"} 10.0\n")
          .contains("lighter_log_bytes_total{container=\"web\"} 14.0\n")
          .contains("lighter_log_failures_total{container=\"web\"} 1.0\n");
      out.end();
      log.ended().get(20, TimeUnit.SECONDS);
      assertThat(exposition(registry)).doesNotContain("web");
    }
  }
}
