package io.lighter.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.testing.LeavesNothing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes into the pipes of containers comes out at their sinks. */
@LeavesNothing
@Timeout(60)
class LogPipelineTest {
  private final Linux linux = Linux.kernel();
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final LogPipeline pipeline =
      LogPipeline.open(
          linux,
          new LogPipelineConfig(
              2,
              Duration.ofMillis(1),
              Duration.ofMillis(5),
              Duration.ofMillis(20),
              clock::get,
              CommitPoints.unkept(linux)));
  private final TestPipe out = new TestPipe(linux);
  private final TestPipe err = new TestPipe(linux);
  private final CollectingSink sink = new CollectingSink();

  @AfterEach
  void close() {
    pipeline.close();
    out.close();
    err.close();
  }

  private ContainerLog add() {
    return pipeline.add("c", LogSources.pipes(linux, out.read(), err.read()), sink);
  }

  private static void awaitEnd(ContainerLog log) throws Exception {
    log.ended().get(20, TimeUnit.SECONDS);
  }

  private void awaitBatches(int count) {
    await().until(() -> sink.batches.size() >= count);
  }

  @Test
  void shouldTakeBothStreamsUntilTheyEnd() throws Exception {
    ContainerLog log = add();
    out.write("one\ntwo\n");
    awaitBatches(1);
    err.write("bad\n");
    awaitBatches(2);
    out.write("three");
    out.end();
    err.end();
    awaitEnd(log);
    assertThat(sink.text(LogStream.STDOUT)).isEqualTo("one\ntwo\nthree");
    assertThat(sink.text(LogStream.STDERR)).isEqualTo("bad\n");
    assertThat(sink.batches.getLast().last()).isTrue();
    assertThat(sink.closed.getCount()).isZero();
    assertThat(log.counters().bytes()).isEqualTo(17);
  }

  @Test
  void shouldLeaveTheBeginningOfALineInThePipe() {
    add();
    out.write("whole\npro");
    awaitBatches(1);
    assertThat(linux.pipes().held(out.read())).isEqualTo(3);
    out.write("mpt> \n");
    awaitBatches(2);
    assertThat(sink.batches.get(1).text()).isEqualTo("prompt> \n");
    assertThat(sink.batches.get(1).begun()).isZero();
  }

  @Test
  void shouldTakeWhatWasWrittenBefore() {
    out.write("early\n");
    add();
    awaitBatches(1);
    assertThat(sink.text(LogStream.STDOUT)).isEqualTo("early\n");
  }

  @Test
  void shouldTakeALongLineInPieces() throws Exception {
    ContainerLog log = add();
    String line = "x".repeat(10_000_000);
    out.write(line + "\nshort\n");
    out.end();
    err.end();
    awaitEnd(log);
    assertThat(sink.text(LogStream.STDOUT)).isEqualTo(line + "\nshort\n");
    long begun = 0;
    for (CollectingSink.Kept kept : sink.batches) {
      assertThat(kept.begun()).isEqualTo(begun);
      if (kept.endsMidLine()) {
        assertThat(kept.text().length() % LogBatch.PIECE_BYTES).isZero();
        begun += kept.text().length();
      } else {
        begun = 0;
      }
    }
  }

  @Test
  void shouldTakeFromAPipeThatIsFullOfSingleBytes() {
    // In packets each write takes a page of the pipe, so that as many bytes fill it.
    try (TestPipe packets = new TestPipe(linux, linux.pipes().create(Fcntl.O_DIRECT))) {
      pipeline.add("packets", LogSources.pipe(linux, packets.read()), sink);
      int pages = linux.pipes().size(packets.write()) / 4096;
      for (int i = 0; i < 3 * pages; i++) {
        packets.write("x");
      }
      await().until(() -> sink.text(LogStream.STDOUT).length() >= 2 * pages);
      assertThat(sink.batches.getFirst().endsMidLine()).isTrue();
    }
  }

  @Test
  void shouldNeverGiveTwoLinesOneTimeNorGoBack() {
    add();
    out.write("a\nb\nc\n");
    awaitBatches(1);
    clock.addAndGet(-500_000);
    err.write("d\n");
    awaitBatches(2);
    clock.addAndGet(2_000_000);
    out.write("e\n");
    awaitBatches(3);
    assertThat(sink.batches.get(0).time()).isEqualTo(1_000_000);
    assertThat(sink.batches.get(1).time()).isEqualTo(1_000_003);
    assertThat(sink.batches.get(2).time()).isEqualTo(2_500_000);
  }

  @Test
  void shouldAskAgainASinkThatCouldNotKeepAnything() {
    sink.takes = false;
    ContainerLog log = add();
    out.write("kept\n");
    await().until(() -> log.counters().failures() >= 3);
    assertThat(sink.batches).isEmpty();
    sink.takes = true;
    awaitBatches(1);
    assertThat(sink.text(LogStream.STDOUT)).isEqualTo("kept\n");
    assertThat(log.counters().droppedLines()).isZero();
  }

  @Test
  void shouldOfferALineAgainWithTheTimeAtWhichItWasSeen() {
    sink.takes = false;
    ContainerLog log = add();
    out.write("seen early\n");
    await().until(() -> log.counters().failures() >= 1);
    clock.addAndGet(5_000_000);
    sink.takes = true;
    awaitBatches(1);
    assertThat(sink.batches.getFirst().time()).isEqualTo(1_000_000);
  }

  @Test
  void shouldCountWhatASinkCanNeverKeep() {
    sink.before =
        () -> {
          throw new IllegalArgumentException("no");
        };
    ContainerLog log = add();
    out.write("a\nb\n");
    await().until(() -> log.counters().droppedLines() == 2);
    assertThat(log.counters().droppedBytes()).isEqualTo(4);
    sink.before = () -> {};
    out.write("c\n");
    awaitBatches(1);
    assertThat(sink.text(LogStream.STDOUT)).isEqualTo("c\n");
  }

  @Test
  void shouldGoOnWithOthersWhileSinksBlock() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<TestPipe> pipes = new ArrayList<>();
    List<CollectingSink> blocked = new ArrayList<>();
    // More than there are lanes.
    for (int i = 0; i < 5; i++) {
      TestPipe pipe = new TestPipe(linux);
      CollectingSink blocking = new CollectingSink();
      blocking.before =
          () -> {
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          };
      pipes.add(pipe);
      blocked.add(blocking);
      pipeline.add("blocked-" + i, LogSources.pipe(linux, pipe.read()), blocking);
      pipe.write("first\n").write("second\n");
    }
    add();
    for (int i = 1; i <= 20; i++) {
      out.write("line " + i + "\n");
      awaitBatches(i);
    }
    assertThat(blocked).allMatch(one -> one.batches.isEmpty());
    pipes.forEach(pipe -> pipe.write("third\n"));
    release.countDown();
    for (CollectingSink one : blocked) {
      await().until(() -> one.text(LogStream.STDOUT).equals("first\nsecond\nthird\n"));
    }
    pipes.forEach(TestPipe::close);
  }

  @Test
  void shouldFinishThoughSomebodyHasThePipeOpen() throws Exception {
    ContainerLog log = add();
    out.write("last words");
    log.finish();
    awaitEnd(log);
    assertThat(sink.text(LogStream.STDOUT)).isEqualTo("last words");
  }

  @Test
  void shouldLeaveInThePipeWhatComesAfterClosing() throws Exception {
    try (Fd kept = linux.files().dup(out.read())) {
      sink.takes = false;
      ContainerLog log = add();
      out.write("for later\n");
      await().until(() -> log.counters().failures() > 0);
      log.close();
      awaitEnd(log);
      assertThat(linux.pipes().held(kept)).isEqualTo(10);
    }
  }

  @Test
  void shouldTakeFromATerminal() throws Exception {
    Fd master = linux.terminals().openMaster();
    Fd slave = linux.terminals().openPeer(master);
    try (Arena arena = Arena.ofConfined()) {
      Pipe relay = LogPipes.create(linux);
      ContainerLog log = pipeline.add("tty", LogSources.terminal(linux, master, relay), sink);
      MemorySegment text = arena.allocateFrom("hello\nprompt> ");
      linux.files().write(slave, text.asSlice(0, text.byteSize() - 1));
      awaitBatches(1);
      assertThat(sink.text(LogStream.STDOUT)).isEqualTo("hello\r\n");
      slave.close();
      awaitEnd(log);
      assertThat(sink.text(LogStream.STDOUT)).isEqualTo("hello\r\nprompt> ");
    }
  }

  @Test
  void shouldCarryMoreThanFitsIntoAnyBuffer() throws Exception {
    ContainerLog log = add();
    StringBuilder expected = new StringBuilder();
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 20_000; i++) {
                    err.write("error " + i + "\n");
                  }
                  err.end();
                });
    for (int i = 0; i < 200_000; i++) {
      String line = "line " + i + "\n";
      expected.append(line);
      out.write(line);
    }
    out.end();
    other.join();
    awaitEnd(log);
    assertThat(sink.text(LogStream.STDOUT)).isEqualTo(expected.toString());
    assertThat(sink.text(LogStream.STDERR).lines().count()).isEqualTo(20_000);
    long last = 0;
    for (CollectingSink.Kept kept : sink.batches) {
      assertThat(kept.time()).isGreaterThan(last);
      last = kept.time() + kept.text().chars().filter(c -> c == '\n').count() - 1;
    }
  }
}
