package io.lighter.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.logs.file.JsonFileOptions;
import io.lighter.runtime.logs.file.JsonFileSink;
import io.lighter.runtime.logs.read.FileLines;
import io.lighter.runtime.logs.read.LogLines;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed before each of its system calls in turn while it writes Docker's json-file,
 * which it rotates after every line.
 */
// Who is killed between opening a file and closing the one before leaves that to the kernel.
@LeavesNothing(except = Resource.DESCRIPTOR)
class JsonRotationKillTest {
  /** More than the calls of all turns. */
  private static final int CALLS = 300;

  private static final int LINES = 6;

  @TempDir private Path folder;

  private final Linux linux = Linux.kernel();

  @Test
  void shouldKeepEachLineOnceWhereverItIsKilled() throws Exception {
    int killed = 0;
    boolean died = true;
    for (int calls = 0; calls < CALLS && died; calls++) {
      died = killAfter(calls);
      killed += died ? 1 : 0;
    }
    assertThat(died).as("it lives through all of its calls in the end").isFalse();
    assertThat(killed).isGreaterThan(80);
  }

  /** Returns whether it lived long enough to be killed. */
  private boolean killAfter(int calls) throws Exception {
    Path file = Files.createDirectory(folder.resolve("log-" + calls)).resolve("c.log");
    DyingCalls dying = new DyingCalls();
    Linux mortal = new Linux(dying);
    boolean died = false;
    int written = 0;
    try (TestPipe pipe = new TestPipe(linux);
        CommitPoint kept = CommitPoint.open(linux)) {
      try (JsonFileSink sink = open(mortal, file);
          Worker worker = new Worker(mortal, adopted(mortal, kept))) {
        ContainerLog log = log(mortal, pipe.read(), sink);
        dying.dieAfter(calls);
        try {
          while (written < LINES) {
            pipe.write("line " + written++ + "\n");
            announceAndWork(worker, log);
          }
        } catch (DyingCalls.Killed e) {
          died = true;
        }
        dying.dieAfter(Integer.MAX_VALUE); // to clear up
      }
      goOn(file, pipe, kept);
    }
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < written; i++) {
      expected.append("line ").append(i).append(';');
    }
    assertThat(text(file)).as("killed before call %d", calls).isEqualTo(expected.toString());
    return died;
  }

  private static JsonFileSink open(Linux by, Path file) {
    JsonFileOptions options = new JsonFileOptions(10, 3 * LINES, false, "");
    return new JsonFileSink(by, file, options, Runnable::run);
  }

  private void goOn(Path file, TestPipe pipe, CommitPoint kept) {
    try (JsonFileSink sink = open(linux, file);
        Worker worker = new Worker(linux, adopted(linux, kept))) {
      ContainerLog log = log(linux, pipe.read(), sink);
      if (kept.isOpen()) {
        kept.recover(sink, pipe.read());
      }
      // What is left comes in one batch, of which a file takes a line.
      for (int i = 0; i <= LINES; i++) {
        announceAndWork(worker, log);
      }
      assertThat(kept.isOpen()).isFalse();
    }
  }

  private CommitPoint adopted(Linux by, CommitPoint kept) {
    Pipe pipe =
        new Pipe(linux.files().dup(kept.pipe().read()), linux.files().dup(kept.pipe().write()));
    return CommitPoint.adopt(by, pipe, linux.files().dup(kept.record()));
  }

  private ContainerLog log(Linux by, Fd pipe, LogSink sink) {
    LogClock clock = new LogClock(() -> 0);
    return new ContainerLog(
        new NoPipeline(), "c", LogSources.pipe(by, pipe), sink, clock, new LogCounters());
  }

  private static void announceAndWork(Worker worker, ContainerLog log) {
    log.sources()[0].announce();
    worker.work(log);
  }

  private String text(Path file) {
    StringBuilder text = new StringBuilder();
    try (LogLines lines = FileLines.ofJson(linux, file, LogQuery.ALL)) {
      while (lines.next()) {
        byte[] line =
            lines.bytes().asSlice(lines.offset(), lines.length()).toArray(ValueLayout.JAVA_BYTE);
        text.append(new String(line, StandardCharsets.UTF_8)).append(';');
      }
    }
    return text.toString();
  }
}
