package io.lighter.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.file.CriFileSink;
import io.lighter.runtime.logs.file.JsonFileOptions;
import io.lighter.runtime.logs.file.JsonFileSink;
import io.lighter.testing.LeavesNothing;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Once it is warm, the pipeline makes no garbage. */
@LeavesNothing
@Timeout(120)
class LogAllocationTest {
  private static final int LINES = 100_000;

  /** What a JVM may add for what it compiles meanwhile: far less than a byte a batch. */
  private static final long TOLERATED = 2_000;

  @TempDir Path folder;

  private final Linux linux = Linux.kernel();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void shouldAllocateNothingForTheKubeletsFormat() throws Exception {
    shouldAllocateNothing(new CriFileSink(linux, folder.resolve("cri")));
  }

  @Test
  void shouldAllocateNothingForJson() throws Exception {
    JsonFileOptions options = JsonFileOptions.unbounded();
    shouldAllocateNothing(new JsonFileSink(linux, folder.resolve("json"), options, Runnable::run));
  }

  private void shouldAllocateNothing(LogSink sink) throws Exception {
    try (LogPipeline pipeline = LogPipeline.open(linux);
        TestPipe out = new TestPipe(linux)) {
      ContainerLog log = pipeline.add("c", LogSources.pipe(linux, out.read()), sink);
      String text = "a line of some length with \"quotes\" in it\n".repeat(100);
      for (int i = 0; i < 5; i++) {
        write(out, log, text);
      }
      long before = allocated();
      write(out, log, text);
      assertThat(allocated() - before).isLessThan(TOLERATED);
      out.end();
      log.ended().get(20, TimeUnit.SECONDS);
    }
  }

  private static void write(TestPipe out, ContainerLog log, String text) {
    long target = log.counters().bytes() + (long) LINES / 100 * text.length();
    for (int i = 0; i < LINES / 100; i++) {
      // Two writes, of which the first ends within a line.
      out.write(text.substring(0, 1_000));
      out.write(text.substring(1_000));
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> log.counters().bytes() == target);
  }

  /** Returns what the threads of the pipeline have allocated so far, in bytes. */
  private long allocated() {
    long sum = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("log-")) {
        sum += threads.getThreadAllocatedBytes(thread.threadId());
      }
    }
    return sum;
  }
}
