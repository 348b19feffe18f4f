package io.lighter.runtime.logs;

import static io.lighter.runtime.logs.LogStream.STDERR;
import static io.lighter.runtime.logs.LogStream.STDOUT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Taps see what containers write beside their logs. */
@LeavesNothing
@Timeout(60)
class LogTapTest {
  private static final Set<LogStream> BOTH = EnumSet.allOf(LogStream.class);
  private static final int SMALL = 4096;

  /** Reads a tap on a thread of its own, as fast as it is allowed to. */
  private static final class Client implements AutoCloseable {
    private final BufferedTap tap;
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder err = new StringBuilder();
    private final Semaphore permits;
    private final Thread thread = new Thread(this::read);

    Client(BufferedTap tap, int permits) {
      this.tap = tap;
      this.permits = new Semaphore(permits);
      thread.start();
    }

    static Client fast(BufferedTap tap) {
      return new Client(tap, 1_000_000_000);
    }

    private void read() {
      try {
        while (tap.read(this::take)) {
          permits.acquire();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void take(LogStream stream, MemorySegment bytes, int offset, int length) {
      byte[] copy = bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
      synchronized (this) {
        (stream == STDOUT ? out : err).append(new String(copy, ISO_8859_1));
      }
    }

    synchronized String out() {
      return out.toString();
    }

    synchronized String err() {
      return err.toString();
    }

    void awaitEnd() {
      await().until(() -> !thread.isAlive());
    }

    @Override
    public void close() {
      tap.leave();
      permits.release(1_000_000);
      awaitEnd();
    }
  }

  private final Linux linux = Linux.kernel();
  private final LogPipeline pipeline = LogPipeline.open(linux);
  private final TestPipe out = new TestPipe(linux);
  private final TestPipe err = new TestPipe(linux);
  private final CollectingSink sink = new CollectingSink();

  @AfterEach
  void close() {
    pipeline.close();
    out.close();
    err.close();
  }

  private ContainerLog add(LogTap... taps) {
    LogSources sources = LogSources.pipes(linux, out.read(), err.read());
    return pipeline.add("c", sources, sink, LogPolicy.BLOCK, taps);
  }

  private void end(ContainerLog log) throws Exception {
    out.end();
    err.end();
    log.ended().get(20, TimeUnit.SECONDS);
  }

  private static String lines(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("line ").append(i).append('\n');
    }
    return text.toString();
  }

  @Test
  void shouldShowALineThatHasNotEndedAtOnceAndOnlyOnce() throws Exception {
    BufferedTap tap = BufferedTap.waiting(BOTH, SMALL, BufferedTap.FOREVER);
    try (Client client = Client.fast(tap)) {
      ContainerLog log = add(tap);
      out.write("password: ");
      await().until(() -> client.out().equals("password: "));
      assertThat(sink.batches).isEmpty();
      err.write("warning\n");
      await().until(() -> client.err().equals("warning\n"));
      out.write("*");
      await().until(() -> client.out().equals("password: *"));
      out.write("*\nwelcome\n");
      end(log);
      client.awaitEnd();
      assertThat(client.out()).isEqualTo("password: **\nwelcome\n");
      assertThat(sink.text(STDOUT)).isEqualTo("password: **\nwelcome\n");
      assertThat(sink.text(STDERR)).isEqualTo("warning\n");
    }
  }

  @Test
  void shouldLoseNothingToAReaderThatIsWaitedFor() throws Exception {
    BufferedTap tap = BufferedTap.waiting(BOTH, SMALL, BufferedTap.FOREVER);
    try (Client client = Client.fast(tap)) {
      ContainerLog log = add(tap);
      String text = lines(500_000);
      out.write(text);
      end(log);
      client.awaitEnd();
      assertThat(client.out()).isEqualTo(text);
      assertThat(sink.text(STDOUT)).isEqualTo(text);
      assertThat(tap.droppedBytes()).isZero();
    }
  }

  @Test
  void shouldHoldTheContainerUpUntilAReaderGoesOnOrLeaves() throws Exception {
    BufferedTap tap = BufferedTap.waiting(BOTH, SMALL, BufferedTap.FOREVER);
    ContainerLog log = add(tap);
    String text = lines(400_000);
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> out.write(text));
    await().until(() -> sink.text(STDOUT).length() > SMALL / 4);
    long held = log.counters().bytes();
    Thread.sleep(300);
    assertThat(log.counters().bytes()).isEqualTo(held).isLessThanOrEqualTo(SMALL);
    assertThat(writer).isNotDone();
    err.write("the other stream waits with it only for room\n");

    tap.leave();

    writer.get(20, TimeUnit.SECONDS);
    end(log);
    assertThat(sink.text(STDOUT)).isEqualTo(text);
    assertThat(tap.droppedBytes()).isZero();
  }

  @Test
  void shouldGoOnWithoutAReaderWhosePatienceIsOver() throws Exception {
    BufferedTap tap = BufferedTap.waiting(BOTH, SMALL, Duration.ofMillis(200));
    ContainerLog log = add(tap);
    String text = lines(200_000);
    out.write(text);
    end(log);
    assertThat(sink.text(STDOUT)).isEqualTo(text);
    try (Client client = Client.fast(tap)) {
      client.awaitEnd();
      assertThat(client.out().length() + tap.droppedBytes()).isEqualTo(text.length());
      assertThat(text).startsWith(client.out());
    }
  }

  @Test
  void shouldCountWhatASlowReaderMisses() throws Exception {
    BufferedTap slow = BufferedTap.dropping(EnumSet.of(STDOUT), SMALL);
    BufferedTap fast = BufferedTap.waiting(EnumSet.of(STDERR), SMALL, BufferedTap.FOREVER);
    try (Client stuck = new Client(slow, 0);
        Client live = Client.fast(fast)) {
      ContainerLog log = add(slow, fast);
      String text = lines(100_000);
      out.write(text);
      err.write("only this\n");
      end(log);
      live.awaitEnd();
      assertThat(live.out()).isEmpty();
      assertThat(live.err()).isEqualTo("only this\n");
      assertThat(sink.text(STDOUT)).isEqualTo(text);
      stuck.permits.release(1_000_000);
      stuck.awaitEnd();
      assertThat(stuck.out().length() + slow.droppedBytes()).isEqualTo(text.length());
      assertThat(stuck.out().length()).isPositive();
    }
  }

  @Test
  void shouldShowWhoComesLateWhatComesLater() throws Exception {
    ContainerLog log = add();
    out.write("early\nhalf a ");
    await().until(() -> sink.text(STDOUT).equals("early\n"));
    BufferedTap tap = BufferedTap.dropping(BOTH, SMALL);
    try (Client client = Client.fast(tap)) {
      log.attach(tap);
      out.write("line\nlate\n");
      await().until(() -> client.out().equals("line\nlate\n"));
      log.detach(tap);
      client.awaitEnd();
      out.write("after\n");
      end(log);
      assertThat(client.out()).isEqualTo("line\nlate\n");
      assertThat(sink.text(STDOUT)).isEqualTo("early\nhalf a line\nlate\nafter\n");
    }
    BufferedTap tooLate = BufferedTap.dropping(BOTH, SMALL);
    log.attach(tooLate);
    assertThat(tooLate.read((_, _, _, _) -> {})).isFalse();
  }

  @Test
  void shouldShowWhatATerminalShows() throws Exception {
    Fd master = linux.terminals().openMaster();
    Fd slave = linux.terminals().openPeer(master);
    BufferedTap tap = BufferedTap.waiting(BOTH, SMALL, BufferedTap.FOREVER);
    try (Client client = Client.fast(tap)) {
      LogSources sources = LogSources.terminal(linux, master, LogPipes.create(linux));
      ContainerLog log = pipeline.add("tty", sources, sink, LogPolicy.BLOCK, tap);
      write(slave, "$ ");
      await().until(() -> client.out().equals("$ "));
      write(slave, "ls\nfile\n");
      await().until(() -> client.out().equals("$ ls\r\nfile\r\n"));
      slave.close();
      log.ended().get(20, TimeUnit.SECONDS);
      client.awaitEnd();
      assertThat(sink.text(STDOUT)).isEqualTo("$ ls\r\nfile\r\n");
    }
  }

  private void write(Fd to, String text) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = text.getBytes(ISO_8859_1);
      linux.files().write(to, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
    }
  }

  @Test
  void shouldDetachATapThatFails() throws Exception {
    LogTap broken =
        new LogTap() {
          @Override
          public int offer(LogStream stream, MemorySegment bytes, int offset, int length) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void close() {}
        };
    ContainerLog log = add(broken);
    out.write("kept\n");
    end(log);
    assertThat(sink.text(STDOUT)).isEqualTo("kept\n");
  }

  @Test
  void shouldRefuseABufferThatCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BufferedTap.dropping(BOTH, 1000))
        .withMessage("the buffer of a tap is 1000 bytes; it may be 4096 to 1073741824");
  }
}
