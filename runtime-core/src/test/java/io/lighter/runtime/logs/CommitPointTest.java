package io.lighter.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.logs.file.CriFileSink;
import io.lighter.testing.LeavesNothing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed before each of its system calls in turn. */
@LeavesNothing
class CommitPointTest {
  /** More than the calls of two turns. */
  private static final int CALLS = 40;

  @TempDir Path folder;

  private final Linux linux = Linux.kernel();

  @Test
  void shouldKeepEachLineOnceWhereverItIsKilled() throws Exception {
    int killed = 0;
    for (int calls = 0; calls < CALLS; calls++) {
      killed += killAfter(calls, LogPipes.SIZE) ? 1 : 0;
    }
    assertThat(killed).isBetween(12, CALLS - 2);
  }

  @Test
  void shouldKeepEachLineOnceWhenItIsMovedInParts() throws Exception {
    int killed = 0;
    for (int calls = 0; calls < 3 * CALLS; calls++) {
      killed += killAfter(calls, 4096) ? 1 : 0;
    }
    assertThat(killed).isBetween(20, 3 * CALLS - 2);
  }

  /** Returns whether it lived long enough to be killed. */
  private boolean killAfter(int calls, int pipeSize) throws Exception {
    Path file = folder.resolve("log-" + pipeSize + "-" + calls);
    DyingCalls dying = new DyingCalls();
    Linux mortal = new Linux(dying);
    String before = "x".repeat(5_000) + "\nsecond\n";
    String after = "third\n";
    try (TestPipe pipe = new TestPipe(linux);
        CommitPoint kept = CommitPoint.open(linux)) {
      linux.pipes().setSize(kept.pipe().write(), pipeSize);
      boolean died = false;
      try (CriFileSink sink = new CriFileSink(mortal, file);
          Worker worker = new Worker(mortal, adopted(mortal, kept))) {
        ContainerLog log = log(mortal, pipe.read(), sink);
        dying.dieAfter(calls);
        try {
          pipe.write(before);
          announceAndWork(worker, log);
          pipe.write(after);
          announceAndWork(worker, log);
        } catch (DyingCalls.Killed e) {
          died = true;
        }
        dying.dieAfter(Integer.MAX_VALUE); // to clear up
      }
      if (died && linux.pipes().held(pipe.read()) > 0 && calls % 2 == 0) {
        pipe.write("more\n");
      }
      goOn(file, pipe, kept);
      String all = text(file);
      assertThat(all.replace("more\n", ""))
          .as("killed before call %d", calls)
          .isEqualTo(died && !all.contains(after) ? before : before + after);
      return died;
    }
  }

  private void goOn(Path file, TestPipe pipe, CommitPoint kept) {
    try (CriFileSink sink = new CriFileSink(linux, file);
        Worker worker = new Worker(linux, adopted(linux, kept))) {
      ContainerLog log = log(linux, pipe.read(), sink);
      if (kept.isOpen()) {
        assertThat(kept.id()).isEqualTo("c");
        kept.recover(sink, pipe.read());
      }
      announceAndWork(worker, log);
      assertThat(kept.isOpen()).isFalse();
      assertThat(linux.pipes().held(kept.pipe().read())).isZero();
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

  private static String text(Path file) throws Exception {
    try (Stream<String> lines = Files.lines(file)) {
      StringBuilder text = new StringBuilder();
      lines.forEach(line -> text.append(line.split(" ", 4)[3]).append('\n'));
      return text.toString();
    }
  }

  @Test
  void shouldRefuseAnIdThatItCouldNotNote() {
    LogClock clock = new LogClock(() -> 0);
    try (TestPipe pipe = new TestPipe(linux)) {
      LogSources sources = LogSources.pipe(linux, pipe.read());
      CollectingSink sink = new CollectingSink();
      String id = "x".repeat(5_000);
      assertThatThrownBy(
              () -> new ContainerLog(new NoPipeline(), id, sources, sink, clock, new LogCounters()))
          .hasMessageContaining("too long");
    }
  }
}
