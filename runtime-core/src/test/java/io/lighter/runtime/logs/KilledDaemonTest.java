package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.runtime.logs.store.LogReader;
import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The daemon is killed again and again while a container writes 100,000 numbered lines a second.
 * This test is the container, and the keeper that holds what has to survive.
 */
@LeavesNothing
@Timeout(180)
class KilledDaemonTest {
  private static final int KILLS = 8;
  private static final String SMALL_JVM = "-XX:+UseSerialGC";
  private static final int LINES_A_MILLISECOND = 100;

  @TempDir Path folder;

  private final Linux linux = Linux.kernel();
  private final TestKeeper keeper = new TestKeeper(linux);
  private final Random random = new Random(4);
  private volatile boolean enough;
  private int lines;

  @AfterEach
  void close() {
    keeper.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cri", "json", "json-rotated", "native"})
  void shouldHaveNoGapAndNoRepeat(String sink) throws Exception {
    Path log = folder.resolve("log");
    if (sink.equals("native")) {
      Files.createDirectory(log);
    }
    Thread container = Thread.ofPlatform().start(this::writeLines);
    for (int i = 0; i < KILLS; i++) {
      Process daemon = keeper.start(sink, log, SMALL_JVM);
      Thread.sleep(20 + random.nextInt(400));
      daemon.destroyForcibly().waitFor();
    }
    Process last = keeper.start(sink, log, SMALL_JVM);
    enough = true;
    container.join();
    assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).isZero();
    List<String> all = sink.equals("native") ? stored(log) : contents(log);
    assertThat(numbers(all, "stdout")).isEqualTo(range(lines));
    assertThat(numbers(all, "stderr")).isEqualTo(range(lines));
  }

  /** Stopped for longer than the pipes can hold, so that the container waits, and goes on. */
  @Test
  void shouldGoOnAfterItWasStopped() throws Exception {
    Path log = folder.resolve("log");
    Thread container = Thread.ofPlatform().start(this::writeLines);
    Process daemon = keeper.start("cri", log, SMALL_JVM);
    signal(daemon, "STOP");
    await().until(() -> linux.pipes().held(keeper.out.read()) > 900_000);
    signal(daemon, "CONT");
    await().until(() -> linux.pipes().held(keeper.out.read()) < 500_000);
    enough = true;
    container.join();
    assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(numbers(contents(log), "stdout")).isEqualTo(range(lines));
    assertThat(numbers(contents(log), "stderr")).isEqualTo(range(lines));
  }

  private static void signal(Process process, String name) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /**
   * A heap that is never collected is used up by what is allocated for a line, or for a batch. What
   * a new segment costs, once in 64 MiB, it bears.
   */
  @ParameterizedTest
  @ValueSource(strings = {"cri", "json", "native-large"})
  void shouldNeedNoGarbageCollector(String sink) throws Exception {
    Path log = folder.resolve("log");
    if (sink.equals("native-large")) {
      Files.createDirectory(log);
    }
    Process daemon =
        keeper.start(sink, log, "-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC");
    // A thread of its own: it would wait for ever for a daemon that is no more.
    Thread container = Thread.ofPlatform().daemon().start(() -> writeMuch(log));
    assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(daemon.exitValue()).isZero();
    container.join();
  }

  private void writeMuch(Path log) {
    String text = "what a container writes that has much to say, line by line\n".repeat(150);
    int times = 400_000_000 / text.length();
    for (int i = 0; i < times; i++) {
      keeper.out.write(text);
      if (i % 20_000 == 0 && Files.isRegularFile(log)) {
        empty(log);
      }
    }
    keeper.out.end();
    keeper.err.end();
  }

  /** Or the disk would hold half a gigabyte. */
  private static void empty(Path log) {
    try {
      Files.write(log, new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Numbered lines on both streams, of which some writes end in the middle. */
  private void writeLines() {
    long due = System.nanoTime();
    while (!enough) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < LINES_A_MILLISECOND / 2; i++) {
        text.append("line ").append(lines++).append(" of this\n");
      }
      int half = text.length() / 2 + 3;
      keeper.out.write(text.substring(0, half));
      keeper.err.write(text.toString());
      keeper.out.write(text.substring(half));
      due += 1_000_000;
      LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
    }
    keeper.out.end();
    keeper.err.end();
  }

  /** Returns the lines of the file and of those that it has left behind, the oldest first. */
  private static List<String> contents(Path log) throws IOException {
    List<String> all = new ArrayList<>();
    for (int i = 1_000; i > 0; i--) {
      Path old = log.resolveSibling(log.getFileName() + "." + i);
      if (Files.exists(old)) {
        all.addAll(Files.readAllLines(old));
      }
    }
    all.addAll(Files.readAllLines(log));
    return all;
  }

  /** Returns the lines of a native store, each behind the name of its stream. */
  private List<String> stored(Path log) {
    List<String> all = new ArrayList<>();
    try (LogReader reader = LogReader.open(linux, log, LogQuery.ALL)) {
      long time = 0;
      while (reader.next()) {
        assertThat(reader.ends() && reader.isComplete()).isTrue();
        assertThat(reader.time()).isGreaterThan(time);
        time = reader.time();
        byte[] line = reader.bytes().asSlice(reader.offset(), reader.length()).toArray(JAVA_BYTE);
        all.add(reader.stream().label() + " " + new String(line, US_ASCII));
      }
      assertThat(reader.missed()).isZero();
    }
    return all;
  }

  private static List<Integer> numbers(List<String> lines, String stream) {
    List<Integer> numbers = new ArrayList<>();
    for (String line : lines) {
      if (line.contains(stream)) {
        int at = line.indexOf("line ") + 5;
        numbers.add(Integer.parseInt(line.substring(at, line.indexOf(' ', at))));
      }
    }
    return numbers;
  }

  private static List<Integer> range(int end) {
    List<Integer> numbers = new ArrayList<>(end);
    for (int i = 0; i < end; i++) {
      numbers.add(i);
    }
    return numbers;
  }
}
