package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A child of a shell, whose end is told to us, who are not its parent. */
@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
@Timeout(60)
class ExitReportsTest {
  private final Linux linux = Linux.kernel();

  private ExitStatus ending(String command, boolean reaped) throws Exception {
    // The shell goes on by a line of input, to wait for its child or to let it be a zombie.
    String script =
        "exec 3<&0; (read go <&3; exec sh -c '"
            + command
            + "') & echo $!; "
            + (reaped ? "wait; echo reaped; read end" : "exec sleep 600");
    Process shell = new ProcessBuilder("sh", "-c", script).start();
    try (BufferedReader lines = shell.inputReader(StandardCharsets.UTF_8);
        PidFd child =
            Objects.requireNonNull(
                linux.processes().pidfdOpen(Integer.parseInt(lines.readLine())))) {
      assertThat(linux.exitReports().of(child)).isNull();
      shell.outputWriter(StandardCharsets.UTF_8).append("go\n").flush();
      Polling polling = new Polling(linux);
      while (polling.poll(child, Polling.POLLIN, 1000) == 0) {}
      if (reaped) {
        assertThat(lines.readLine()).isEqualTo("reaped");
      }
      return Objects.requireNonNull(linux.exitReports().of(child));
    } finally {
      shell.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldTellHowOneEndedThatWaitsToBeReaped() throws Exception {
    assertThat(ending("exit 7", false)).isEqualTo(new ExitStatus(7, 0, false));
    assertThat(ending("kill -9 $$", false)).isEqualTo(new ExitStatus(0, 9, false));
  }

  @Test
  void shouldTellHowOneEndedThatItsParentHasReaped() throws Exception {
    KernelVersion since = new KernelVersion(6, 15);
    assumeTrue(KernelVersion.current().isAtLeast(since), "PIDFD_INFO_EXIT is of Linux 6.15");
    assertThat(ending("exit 7", true)).isEqualTo(new ExitStatus(7, 0, false));
    assertThat(ending("kill -TERM $$", true)).isEqualTo(new ExitStatus(0, 15, false));
  }
}
