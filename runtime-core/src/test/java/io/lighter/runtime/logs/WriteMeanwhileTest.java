package io.lighter.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.Polling;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import io.lighter.testing.LeavesNothing;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A container writes more than its pipe holds right between two system calls of a turn. The kernel
 * tells nobody of what then is in the pipe, so the turn has to see it.
 */
@LeavesNothing
@Timeout(60)
class WriteMeanwhileTest {
  private static final String BIG = "a line that is written again and again\n".repeat(40_000);

  /** The kernel, and something that happens once, after the next call of one kind. */
  private static final class EventfulCalls implements SystemCalls {
    private final SystemCalls kernel = Linux.kernel().calls();
    private SystemCall after = SystemCall.TEE;
    private Runnable event = () -> {};

    void onceAfter(SystemCall call, Runnable happens) {
      after = call;
      event = happens;
    }

    @Override
    public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
      long answer = kernel.call(call, a0, a1, a2, a3, a4, a5);
      if (call == after) {
        Runnable happens = event;
        event = () -> {};
        happens.run();
      }
      return answer;
    }

    @Override
    public long callCritical(
        SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
      return call(call, a0, a1, a2, a3, a4, a5);
    }

    @Override
    public long launch(LaunchImage image) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MissingCalls missing() {
      return kernel.missing();
    }
  }

  private final Linux linux = Linux.kernel();
  private final EventfulCalls calls = new EventfulCalls();
  private final LogPipeline pipeline = LogPipeline.open(new Linux(calls));
  private final TestPipe pipe = new TestPipe(linux);
  private final CollectingSink sink = new CollectingSink();

  @AfterEach
  void close() {
    pipeline.close();
    pipe.close();
  }

  /** Writes what does not fit, and returns once the pipe is full. */
  private CompletableFuture<Void> fill() {
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> pipe.write(BIG));
    Polling polling = new Polling(linux);
    while (polling.poll(pipe.write(), Polling.POLLOUT, 0) != 0) {
      Thread.onSpinWait();
    }
    return writer;
  }

  private void shouldTakeAll(String first, String rest) throws Exception {
    CompletableFuture<CompletableFuture<Void>> writer = new CompletableFuture<>();
    calls.onceAfter(SystemCall.TEE, () -> writer.complete(fill()));
    ContainerLog log = pipeline.add("c", LogSources.pipe(linux, pipe.read()), sink);
    pipe.write(first);
    writer.get(20, TimeUnit.SECONDS).get(20, TimeUnit.SECONDS);
    pipe.write(rest);
    pipe.end();
    log.ended().get(20, TimeUnit.SECONDS);
    assertThat(sink.text(LogStream.STDOUT)).isEqualTo(first + BIG + rest);
  }

  @Test
  void shouldTakeWhatIsWrittenAfterALine() throws Exception {
    shouldTakeAll("a line\n", "the end\n");
  }

  @Test
  void shouldTakeWhatIsWrittenAfterTheBeginningOfALine() throws Exception {
    shouldTakeAll("now comes ", "the end\n");
    assertThat(sink.batches).noneMatch(CollectingSink.Kept::endsMidLine);
  }
}
