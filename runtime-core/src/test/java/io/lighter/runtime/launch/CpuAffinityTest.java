package io.lighter.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Sched;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.CpuAffinity;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of an exec's affinity in a process of their own. */
@RequiresTool(value = "taskset", debianPackage = "util-linux")
@LeavesNothing
class CpuAffinityTest {
  @TempDir private Path folder;

  private String allowed(CpuAffinity affinity) throws IOException {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    Parameter stdout = program.parameter("stdout");
    program.call(SystemCall.DUP3, stdout, 1, 0);
    new CpuAffinityPlan(program, new ArrayList<>()).add(affinity);
    program.call(
        SystemCall.EXECVE,
        "/bin/sh",
        List.of("sh", "-c", "taskset -cp $$ | sed 's/.*: //'"),
        List.of("PATH=/usr/bin:/bin"));
    Path out = folder.resolve("out");
    int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC | Fcntl.O_CLOEXEC;
    Linux linux = Linux.kernel();
    try (Arena arena = Arena.ofShared();
        Fd output = linux.files().openat(Fd.WORKING_FOLDER, out.toString(), flags, 0600)) {
      LaunchImage image =
          new LaunchImage(
              program, Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND, arena);
      image.set(stdout, output);
      try (PidFd child = linux.processes().launch(image)) {
        linux.processes().waitFor(child);
        assertThat(image.failure()).isNull();
      }
      return Files.readString(out);
    }
  }

  @Test
  void shouldRunOnTheFinalCpusWhereBothAreSet() throws IOException {
    assertThat(allowed(new CpuAffinity("0-1023", "0"))).isEqualTo("0\n");
  }

  @Test
  void shouldStayOnTheInitialCpusWhereNoOthersAreSet() throws IOException {
    assertThat(allowed(new CpuAffinity("0", null))).isEqualTo("0\n");
  }

  @Test
  void shouldGoOnWhereTheCpusetHasNoneOfTheInitialCpus() throws IOException {
    assertThat(allowed(new CpuAffinity("1023", "0"))).isEqualTo("0\n");
  }
}
