package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.runtime.logs.store.LogReader;
import io.lighter.testing.LeavesNothing;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
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
  private static final int LINES_A_MILLISECOND = 100;

  @TempDir Path folder;

  private final Linux linux = Linux.kernel();
  private final TestPipe out = new TestPipe(linux);
  private final TestPipe err = new TestPipe(linux);
  private final List<CommitPoint> points = new ArrayList<>();
  private final Random random = new Random(4);
  private volatile boolean enough;
  private int lines;

  @AfterEach
  void close() {
    out.close();
    err.close();
    points.forEach(CommitPoint::close);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cri", "json", "json-rotated", "native"})
  void shouldHaveNoGapAndNoRepeat(String sink) throws Exception {
    for (int i = 0; i < 4; i++) {
      points.add(CommitPoint.open(linux));
    }
    Path log = folder.resolve("log");
    if (sink.equals("native")) {
      Files.createDirectory(log);
    }
    Thread container = Thread.ofPlatform().start(this::writeLines);
    for (int i = 0; i < KILLS; i++) {
      Process daemon = start(sink, log);
      try (BufferedReader output = daemon.inputReader()) {
        assertThat(output.readLine()).isEqualTo("ready");
      }
      Thread.sleep(20 + random.nextInt(400));
      daemon.destroyForcibly().waitFor();
    }
    Process last = start(sink, log);
    enough = true;
    container.join();
    assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).isZero();
    List<String> all = sink.equals("native") ? stored(log) : contents(log);
    assertThat(numbers(all, "stdout")).isEqualTo(range(lines));
    assertThat(numbers(all, "stderr")).isEqualTo(range(lines));
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
      out.write(text.substring(0, half));
      err.write(text.toString());
      out.write(text.substring(half));
      due += 1_000_000;
      LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
    }
    out.end();
    err.end();
  }

  private Process start(String sink, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            MortalDaemon.class.getName()));
    command.add(Long.toString(ProcessHandle.current().pid()));
    command.add(sink);
    command.add(log.toString());
    command.add(number(out.read()));
    command.add(number(err.read()));
    for (CommitPoint point : points) {
      command.add(number(point.pipe().read()));
      command.add(number(point.pipe().write()));
      command.add(number(point.record()));
    }
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String number(Fd fd) {
    return Path.of(fd.procPath()).getFileName().toString();
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
        byte[] line =
            reader.bytes().asSlice(reader.offset(), reader.length()).toArray(JAVA_BYTE);
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
