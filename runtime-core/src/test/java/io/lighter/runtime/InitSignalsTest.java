package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Signals;
import io.lighter.runtime.InitProcess.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the init does between the start of its command and the end of it. */
@Timeout(60)
class InitSignalsTest {
  private static final int SIGTTIN = 21;
  private static final int SIGTTOU = 22;
  private static final int SIGRTMIN = 34;

  @TempDir private Path folder;
  private InitProcess init;

  @BeforeEach
  void write() throws IOException {
    init = InitProcess.in(folder);
  }

  /** By exec, because a shell blocks signals itself while it forks. */
  @Test
  void shouldGiveTheCommandAGroupOfItsOwnAndNoBlockedSignals() throws Exception {
    Outcome outcome =
        init.run(
            "sh",
            "-c",
            "read p n s pp g rest < /proc/$$/stat; echo $((p - g));"
                + " exec grep SigBlk /proc/self/status");

    assertThat(outcome).isEqualTo(new Outcome(0, "0\nSigBlk:\t0000000000000000\n"));
  }

  @Test
  void shouldGiveTheCommandTheDefaultDispositions() throws Exception {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "trap '' HUP PIPE USR1 64; exec \"$0\" -- grep SigIgn /proc/self/status",
                init.file().toString())
            .start();

    assertThat(InitProcess.outcome(process))
        .isEqualTo(new Outcome(0, "SigIgn:\t0000000000000000\n"));
  }

  @Test
  void shouldForwardSignals() throws Exception {
    int[] signals = {
      Signals.SIGHUP,
      Signals.SIGINT,
      Signals.SIGQUIT,
      Signals.SIGUSR1,
      Signals.SIGUSR2,
      Signals.SIGPIPE,
      Signals.SIGTERM,
      Signals.SIGCONT,
      Signals.SIGTSTP,
      Signals.SIGWINCH,
      SIGRTMIN
    };
    for (int signal : signals) {
      Process process =
          init.start(
              builder -> {},
              "sh",
              "-c",
              "trap 'exit 9' " + signal + "; echo ready; while :; do sleep 0.02; done");
      BufferedReader output = process.inputReader();
      assertThat(output.readLine()).isEqualTo("ready");

      InitProcess.signal(process, signal);

      assertThat(process.waitFor()).as("signal " + signal).isEqualTo(9);
    }
  }

  @Test
  void shouldKeepSignalsThatConcernItselfFromTheCommand() throws Exception {
    Process process =
        init.start(
            builder -> {},
            "sh",
            "-c",
            "trap 'exit 5' TTIN TTOU; trap 'exit 9' TERM; echo ready; while :; do sleep 0.02;"
                + " done");
    BufferedReader output = process.inputReader();
    assertThat(output.readLine()).isEqualTo("ready");

    InitProcess.signal(process, SIGTTIN);
    InitProcess.signal(process, SIGTTOU);
    InitProcess.signal(process, Signals.SIGCHLD);
    InitProcess.signal(process, Signals.SIGTERM);

    assertThat(process.waitFor()).isEqualTo(9);
  }

  @Test
  void shouldGoOnAfterItWasStopped() throws Exception {
    Process process =
        init.start(
            builder -> {}, "sh", "-c", "trap 'exit 9' TERM; echo; while :; do sleep 0.02; done");
    BufferedReader output = process.inputReader();
    assertThat(output.readLine()).isEmpty();

    InitProcess.signal(process, Signals.SIGSTOP);
    InitProcess.signal(process, Signals.SIGTERM);
    InitProcess.signal(process, Signals.SIGCONT);

    assertThat(process.waitFor()).isEqualTo(9);
  }

  /** The loop of the shell ends when the orphan has left /proc, which a zombie does not. */
  @Test
  void shouldReapOrphans() throws Exception {
    Outcome outcome =
        init.run(
            "sh",
            "-c",
            "for i in 1 2 3; do"
                + "  p=$(sh -c 'sleep 60 > /dev/null & echo $!');"
                + "  parent=$(sed -n 's/^PPid:.//p' /proc/$p/status);"
                + "  echo $((parent - PPID)); kill $p;"
                + "  while [ -d /proc/$p ]; do sleep 0.02; done;"
                + "done; wc -w < /proc/$PPID/task/$PPID/children");

    assertThat(outcome.output()).as("the shell is the only child left").isEqualTo("0\n0\n0\n1\n");
  }

  @Test
  void shouldReapEvenWhenItWasStartedWithChildrenIgnored() throws Exception {
    Process process =
        new ProcessBuilder(
                "sh", "-c", "trap '' CHLD; exec \"$0\" -- sh -c 'exit 7'", init.file().toString())
            .start();

    assertThat(process.waitFor()).isEqualTo(7);
  }
}
