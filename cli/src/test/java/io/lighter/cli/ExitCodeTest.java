package io.lighter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Errno;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.LaunchFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {
  @ParameterizedTest
  @CsvSource({"0, 0, 0", "7, 0, 7", "255, 0, 255", "0, 9, 137", "0, 15, 143", "0, 64, 192"})
  void shouldPassTheContainersCodeOn(int code, int signal, int expected) {
    assertThat(ExitCode.of(new ExitStatus(code, signal, false))).isEqualTo(expected);
  }

  @Test
  void shouldTellAMissingCommandFromOneThatCannotRun() {
    assertThat(ExitCode.of(exec(Errno.ENOENT))).isEqualTo(127);
    assertThat(ExitCode.of(exec(Errno.EACCES))).isEqualTo(126);
    assertThat(ExitCode.of(exec(Errno.EISDIR))).isEqualTo(126);
    assertThat(ExitCode.of(exec(Errno.ENOEXEC))).isEqualTo(126);
    assertThat(ExitCode.of(exec(Errno.ENOTDIR))).isEqualTo(126);
  }

  @Test
  void shouldBlameItselfForAnyOtherStep() {
    assertThat(ExitCode.of(new LaunchFailure(3, 9, "mount(proc, /proc)", Errno.ENOENT)))
        .isEqualTo(125);
    assertThat(ExitCode.of(exec(0))).isEqualTo(125);
  }

  private static LaunchFailure exec(int errno) {
    return new LaunchFailure(9, 9, "execve(\"/x\", [\"/x\"])", errno);
  }
}
