package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresTool("kill")
@Timeout(60)
class SignalPipeTest {
  private final SignalPipe signals = SignalPipe.ofProcess();
  private final long caughtBefore = caught();
  private boolean drained;

  @AfterEach
  void release() {
    if (!drained) {
      signals.release();
      while (signals.take() != 0) {}
    }
    assertThat(caught()).isEqualTo(caughtBefore);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 12, 14, 15, 18, 20, 28, 34, 64})
  void shouldReadASignalInPlaceOfItsEffect(int signal) throws Exception {
    signals.handle(signal);
    signals.handle(signal);
    kill(signal);

    if (isIgnored(signal)) {
      return;
    }
    assertThat(signals.take()).isEqualTo(signal);
  }

  @Test
  void shouldLoseNoneOfManyWhileTheJvmIsBusy() throws Exception {
    int each = 200;
    signals.handle(40);
    signals.handle(41);
    Thread busy = Thread.ofPlatform().daemon().start(SignalPipeTest::allocate);
    kill(each, 40, 41);

    // Real-time signals are queued, so each one that was sent arrives.
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < 2 * each; i++) {
      seen.add(signals.take());
    }
    busy.interrupt();
    busy.join();

    assertThat(Collections.frequency(seen, 40)).isEqualTo(each);
    assertThat(Collections.frequency(seen, 41)).isEqualTo(each);
  }

  @Test
  void shouldEndAWaitForSomethingElse() throws Exception {
    signals.handle(12);
    Thread other = Thread.ofPlatform().start(signals::wake);
    assertThat(signals.take()).isZero();
    other.join();
    kill(12);
    assertThat(signals.take()).as("signals still come").isEqualTo(12);
  }

  @Test
  void shouldGiveSignalsBack() throws Exception {
    signals.handle(3);
    signals.handle(45);
    assertThat(caught() & 1L << 44).isNotZero();

    signals.release();
    drained = true;

    assertThat(signals.take()).isZero();
    assertThat(caught()).isEqualTo(caughtBefore);
  }

  /** A process that was started with SIGHUP ignored ignores it on, unless it wants it always. */
  static final class Nohup {
    private Nohup() {}

    public static void main(String[] arguments) throws Exception {
      SignalPipe signals = SignalPipe.ofProcess();
      signals.handle(Signals.SIGHUP);
      signals.handle(Signals.SIGQUIT);
      kill(Signals.SIGHUP);
      kill(Signals.SIGQUIT);
      System.out.println(signals.take());
      signals.release();
      System.out.println(signals.take());
      signals.handleAlways(Signals.SIGHUP);
      kill(Signals.SIGHUP);
      System.out.println(signals.take());
      signals.release();
      System.out.println(signals.take());
      kill(Signals.SIGHUP);
      kill(Signals.SIGTERM);
      Thread.sleep(60_000);
    }
  }

  @Test
  @RequiresTool("sh")
  void shouldLeaveIgnoredSignalsIgnored() throws Exception {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "trap '' HUP; exec \"$0\" --enable-native-access=ALL-UNNAMED -cp \"$1\""
                    + " io.lighter.linux.SignalPipeTest\\$Nohup",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(printed).isEqualTo("3\n0\n1\n0\n");
    assertThat(process.waitFor()).isEqualTo(128 + Signals.SIGTERM);
  }

  private static void allocate() {
    byte[] garbage = new byte[0];
    while (!Thread.interrupted()) {
      garbage = new byte[1 << (garbage.length & 15) | 1];
    }
  }

  private static void kill(int signal) throws IOException, InterruptedException {
    kill(1, signal);
  }

  private static void kill(int times, int... each) throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder();
    for (int signal : each) {
      script.append("kill -").append(signal).append(" $pid; ");
    }
    String loop =
        "pid=" + ProcessHandle.current().pid() + "; for i in $(seq " + times + "); do " + script;
    Process shell = new ProcessBuilder("sh", "-c", loop + "done").inheritIO().start();
    assertThat(shell.waitFor()).isZero();
  }

  private static boolean isIgnored(int signal) {
    return (mask("SigIgn:") & 1L << (signal - 1)) != 0;
  }

  private static long caught() {
    return mask("SigCgt:");
  }

  private static long mask(String name) {
    try {
      for (String line : java.nio.file.Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(name)) {
          return Long.parseUnsignedLong(line.substring(name.length()).strip(), 16);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    throw new AssertionError("no " + name);
  }
}
